import mongoose from 'mongoose'

const { Double, Int32, Long, MaxKey, MinKey } = mongoose.mongo.BSON

/** The examples of one page of MongoDB's manual: its documents by `_id`, and which of them each filter finds. */
export interface ManualPage {
  readonly page: string
  readonly items: Readonly<Record<string, object>>
  readonly finds: readonly (readonly [filter: object, ids: string])[]
}

/** Below https://www.mongodb.com/docs/manual/. The documents are the manual's, or shortened; where it only describes what is found, the ids follow from that. */
export const manualTable: readonly ManualPage[] = [
  {
    page: 'tutorial/query-documents/',
    items: {
      journal: { item: 'journal', qty: 25, size: { h: 14, w: 21, uom: 'cm' }, status: 'A' },
      notebook: { item: 'notebook', qty: 50, size: { h: 8.5, w: 11, uom: 'in' }, status: 'A' },
      paper: { item: 'paper', qty: 100, size: { h: 8.5, w: 11, uom: 'in' }, status: 'D' },
      planner: { item: 'planner', qty: 75, size: { h: 22.85, w: 30, uom: 'cm' }, status: 'D' },
      postcard: { item: 'postcard', qty: 45, size: { h: 10, w: 15.25, uom: 'cm' }, status: 'A' },
    },
    finds: [
      [{}, 'journal notebook paper planner postcard'],
      [{ status: 'D' }, 'paper planner'],
      [{ status: { $in: ['A', 'D'] } }, 'journal notebook paper planner postcard'],
      [{ status: 'A', qty: { $lt: 30 } }, 'journal'],
      [{ $or: [{ status: 'A' }, { qty: { $lt: 30 } }] }, 'journal notebook postcard'],
      [{ status: 'A', $or: [{ qty: { $lt: 30 } }, { item: { $prefix: 'p' } }] }, 'journal postcard'],
    ],
  },
  {
    page: 'tutorial/query-embedded-documents/',
    items: {
      journal: { qty: 25, size: { h: 14, w: 21, uom: 'cm' }, status: 'A' },
      notebook: { qty: 50, size: { h: 8.5, w: 11, uom: 'in' }, status: 'A' },
      paper: { qty: 100, size: { h: 8.5, w: 11, uom: 'in' }, status: 'D' },
      planner: { qty: 75, size: { h: 22.85, w: 30, uom: 'cm' }, status: 'D' },
      postcard: { qty: 45, size: { h: 10, w: 15.25, uom: 'cm' }, status: 'A' },
    },
    finds: [
      [{ size: { h: 14, w: 21, uom: 'cm' } }, 'journal'],
      [{ size: { w: 21, h: 14, uom: 'cm' } }, ''],
      [{ 'size.uom': 'in' }, 'notebook paper'],
      [{ 'size.h': { $lt: 15 } }, 'journal notebook paper postcard'],
      [{ 'size.h': { $lt: 15 }, 'size.uom': 'in', status: 'D' }, 'paper'],
    ],
  },
  {
    page: 'tutorial/query-arrays/',
    items: {
      journal: { tags: ['blank', 'red'], dim_cm: [14, 21] },
      notebook: { tags: ['red', 'blank'], dim_cm: [14, 21] },
      paper: { tags: ['red', 'blank', 'plain'], dim_cm: [14, 21] },
      planner: { tags: ['blank', 'red'], dim_cm: [22.85, 30] },
      postcard: { tags: ['blue'], dim_cm: [10, 15.25] },
    },
    finds: [
      [{ tags: ['red', 'blank'] }, 'notebook'],
      [{ tags: { $all: ['red', 'blank'] } }, 'journal notebook paper planner'],
      [{ tags: 'red' }, 'journal notebook paper planner'],
      [{ dim_cm: { $gt: 25 } }, 'planner'],
      [{ dim_cm: { $gt: 15, $lt: 20 } }, 'journal notebook paper postcard'],
      [{ dim_cm: { $elemMatch: { $gt: 22, $lt: 30 } } }, 'planner'],
      [{ 'dim_cm.1': { $gt: 25 } }, 'planner'],
      [{ tags: { $size: 3 } }, 'paper'],
    ],
  },
  {
    page: 'tutorial/query-array-of-documents/',
    items: {
      journal: {
        instock: [
          { warehouse: 'A', qty: 5 },
          { warehouse: 'C', qty: 15 },
        ],
      },
      notebook: { instock: [{ warehouse: 'C', qty: 5 }] },
      paper: {
        instock: [
          { warehouse: 'A', qty: 60 },
          { warehouse: 'B', qty: 15 },
        ],
      },
      planner: {
        instock: [
          { warehouse: 'A', qty: 40 },
          { warehouse: 'B', qty: 5 },
        ],
      },
      postcard: {
        instock: [
          { warehouse: 'B', qty: 15 },
          { warehouse: 'C', qty: 35 },
        ],
      },
    },
    finds: [
      [{ instock: { warehouse: 'A', qty: 5 } }, 'journal'],
      [{ instock: { qty: 5, warehouse: 'A' } }, ''],
      [{ 'instock.qty': { $lte: 20 } }, 'journal notebook paper planner postcard'],
      [{ 'instock.0.qty': { $lte: 20 } }, 'journal notebook postcard'],
      [{ instock: { $elemMatch: { qty: 5, warehouse: 'A' } } }, 'journal'],
      [{ instock: { $elemMatch: { qty: { $gt: 10, $lte: 20 } } } }, 'journal paper postcard'],
      [{ 'instock.qty': { $gt: 10, $lte: 20 } }, 'journal paper planner postcard'],
      [{ 'instock.qty': 5, 'instock.warehouse': 'A' }, 'journal planner'],
    ],
  },
  {
    page: 'tutorial/query-for-null-fields/',
    items: { 1: { item: null }, 2: {} },
    finds: [
      [{ item: null }, '1 2'],
      [{ item: { $ne: null } }, ''],
      [{ item: { $type: 10 } }, '1'],
      [{ item: { $exists: false } }, '2'],
    ],
  },
  {
    page: 'reference/operator/query/eq/',
    items: {
      1: { item: { name: 'ab', code: '123' }, qty: 15, tags: ['A', 'B', 'C'] },
      2: { item: { name: 'cd', code: '123' }, qty: 20, tags: ['B'] },
      3: { item: { name: 'ij', code: '456' }, qty: 25, tags: ['A', 'B'] },
      4: { item: { name: 'xy', code: '456' }, qty: 30, tags: ['B', 'A'] },
      5: { item: { name: 'mn', code: '000' }, qty: 20, tags: [['A', 'B'], 'C'] },
    },
    finds: [
      [{ qty: { $eq: 20 } }, '2 5'],
      [{ 'item.name': { $eq: 'ab' } }, '1'],
      [{ tags: { $eq: 'B' } }, '1 2 3 4'],
      [{ tags: { $eq: ['A', 'B'] } }, '3 5'],
    ],
  },
  {
    page: 'reference/operator/query/gt/',
    items: {
      nuts: { quantity: 30, carrier: { name: 'Shipit', fee: 3 } },
      bolts: { quantity: 50, carrier: { name: 'Shipit', fee: 4 } },
      washers: { quantity: 10, carrier: { name: 'Shipit', fee: 1 } },
      none: {},
    },
    finds: [
      [{ quantity: { $gt: 20 } }, 'nuts bolts'],
      [{ quantity: { $gte: 30 } }, 'nuts bolts'],
      [{ quantity: { $lt: 20 } }, 'washers'],
      [{ quantity: { $lte: 30 } }, 'nuts washers'],
      [{ quantity: { $ne: 30 } }, 'bolts washers none'],
      [{ 'carrier.fee': { $gt: 2 } }, 'nuts bolts'],
      [{ 'carrier.fee': { $ne: 1 } }, 'nuts bolts none'],
    ],
  },
  {
    page: 'reference/operator/query/in/, …/nin/',
    items: {
      pens: { quantity: 350, tags: ['school', 'office'] },
      erasers: { quantity: 15, tags: ['school', 'home'] },
      maps: { tags: ['office', 'storage'] },
      books: { quantity: 5, tags: ['school', 'storage', 'home'] },
    },
    finds: [
      [{ quantity: { $in: [5, 15] } }, 'erasers books'],
      [{ tags: { $in: ['home', 'school'] } }, 'pens erasers books'],
      [{ quantity: { $nin: [5, 15] } }, 'pens maps'],
      [{ tags: { $nin: ['school'] } }, 'maps'],
      [{ quantity: { $exists: true, $nin: [5, 15] } }, 'pens'],
    ],
  },
  {
    page: 'reference/operator/query/not/, …/nor/',
    items: { 1: { price: 1.99, sale: true }, 2: { price: 2.5 }, 3: { sale: false }, 4: {}, 5: { price: 1.5, sale: false } },
    finds: [
      [{ price: { $not: { $gt: 1.99 } } }, '1 3 4 5'],
      [{ price: { $lte: 1.99 } }, '1 5'],
      [{ $nor: [{ price: 1.99 }, { sale: true }] }, '2 3 4 5'],
      [{ $nor: [{ price: 1.99 }, { price: { $exists: false } }, { sale: true }, { sale: { $exists: false } }] }, '5'],
      [{ $and: [{ price: { $ne: 1.99 } }, { price: { $exists: true } }] }, '2 5'],
    ],
  },
  {
    page: 'reference/operator/query/exists/',
    items: {
      1: { saffron: 5, cinnamon: 5, mustard: null },
      2: { saffron: 3, cinnamon: null, mustard: 8 },
      3: { saffron: null, cinnamon: 3, mustard: 9 },
      4: { saffron: 1, cinnamon: 2, mustard: 3 },
      5: { saffron: 2, mustard: 5 },
      6: { saffron: 3, cinnamon: 2 },
      7: { saffron: 4 },
      8: { cinnamon: 2, mustard: 4 },
      9: { cinnamon: 2 },
      10: { mustard: 6 },
    },
    finds: [
      [{ saffron: { $exists: true } }, '1 2 3 4 5 6 7'],
      [{ cinnamon: { $exists: false } }, '5 7 10'],
    ],
  },
  {
    page: 'reference/operator/query/type/',
    items: {
      1: { zipCode: '90698345', average: new Double(87.5) },
      2: { zipCode: new Double(43339374), average: '83.52' },
      3: { zipCode: Long.fromNumber(3921412), average: '94.06' },
      4: { zipCode: new Int32(88602117), average: new Int32(93) },
      5: { zipCode: ['834847278', '1893289032'] },
    },
    finds: [
      [{ zipCode: { $type: 2 } }, '1 5'],
      [{ zipCode: { $type: 'string' } }, '1 5'],
      [{ zipCode: { $type: 1 } }, '2'],
      [{ zipCode: { $type: 'double' } }, '2'],
      [{ zipCode: { $type: 'number' } }, '2 3 4'],
      [{ average: { $type: [2, 1] } }, '1 2 3'],
      [{ average: { $type: ['string', 'double'] } }, '1 2 3'],
    ],
  },
  {
    page: 'reference/operator/query/type/#querying-by-minkey-and-maxkey, #querying-by-array-type',
    items: {
      1: {
        grades: [{ score: new MinKey() }, { score: 10 }],
        readings: [25, 23, ['Warn: High Temp!', 55], ['ERROR: SYSTEM SHUTDOWN!', 66]],
      },
      2: { grades: [{ score: new MaxKey() }, { score: 6 }], readings: [25, 25, 24, 23] },
      3: { grades: [], readings: [22, 24, []] },
      4: { readings: [] },
      5: { readings: 24 },
    },
    finds: [
      [{ 'grades.score': { $type: 'minKey' } }, '1'],
      [{ 'grades.score': { $type: 'maxKey' } }, '2'],
      [{ readings: { $type: 'array' } }, '1 2 3 4'],
    ],
  },
  {
    page: 'reference/operator/query/mod/',
    items: { 1: { qty: 0 }, 2: { qty: 5 }, 3: { qty: 12 } },
    finds: [
      [{ qty: { $mod: [4, 0] } }, '1 3'],
      [{ qty: { $mod: [4.0, 0] } }, '1 3'],
      [{ qty: { $mod: [4.5, 0] } }, '1 3'],
      [{ qty: { $mod: [4.99, 0] } }, '1 3'],
    ],
  },
  {
    page: 'reference/operator/query/all/',
    items: {
      xyz: {
        tags: ['school', 'book', 'bag', 'headphone', 'appliance'],
        qty: [
          { size: 'S', num: 10, color: 'blue' },
          { size: 'M', num: 45, color: 'blue' },
          { size: 'L', num: 100, color: 'green' },
        ],
      },
      abc: {
        tags: ['appliance', 'school', 'book'],
        qty: [
          { size: '6', num: 100, color: 'green' },
          { size: '6', num: 50, color: 'blue' },
          { size: '8', num: 100, color: 'brown' },
        ],
      },
      efg: {
        tags: ['school', 'book'],
        qty: [
          { size: 'S', num: 10, color: 'blue' },
          { size: 'M', num: 100, color: 'blue' },
          { size: 'L', num: 100, color: 'green' },
        ],
      },
      ijk: { tags: ['electronics', 'school'], qty: [{ size: 'M', num: 100, color: 'green' }] },
    },
    finds: [
      [{ tags: { $all: ['appliance', 'school', 'book'] } }, 'xyz abc'],
      [{ $and: [{ tags: 'appliance' }, { tags: 'school' }, { tags: 'book' }] }, 'xyz abc'],
      [{ qty: { $all: [{ $elemMatch: { size: 'M', num: { $gt: 50 } } }, { $elemMatch: { num: 100, color: 'green' } }] } }, 'efg ijk'],
      [{ 'qty.num': { $all: [50] } }, 'abc'],
      [{ 'qty.num': 50 }, 'abc'],
    ],
  },
  {
    page: 'reference/operator/query/all/#performance, tags: [ [ "ssl", "security" ], … ]',
    items: { flat: { tags: ['ssl', 'security'] }, nested: { tags: [['ssl', 'security'], 'x'] }, turned: { tags: ['security', 'ssl'] } },
    finds: [
      [{ tags: { $all: [['ssl', 'security']] } }, 'flat nested'],
      [{ tags: { $all: ['ssl', 'security'] } }, 'flat turned'],
    ],
  },
  {
    page: 'reference/operator/query/elemMatch/',
    items: { 1: { results: [82, 85, 88] }, 2: { results: [75, 88, 89] } },
    finds: [[{ results: { $elemMatch: { $gte: 80, $lt: 85 } } }, '1']],
  },
  {
    page: 'reference/operator/query/elemMatch/#array-of-embedded-documents',
    items: {
      1: {
        results: [
          { product: 'abc', score: 10 },
          { product: 'xyz', score: 5 },
        ],
      },
      2: {
        results: [
          { product: 'abc', score: 8 },
          { product: 'xyz', score: 7 },
        ],
      },
      3: {
        results: [
          { product: 'abc', score: 7 },
          { product: 'xyz', score: 8 },
        ],
      },
      4: {
        results: [
          { product: 'abc', score: 7 },
          { product: 'def', score: 8 },
        ],
      },
      5: { results: { product: 'xyz', score: 7 } },
    },
    finds: [
      [{ results: { $elemMatch: { product: 'xyz', score: { $gte: 8 } } } }, '3'],
      [{ results: { $elemMatch: { product: 'xyz' } } }, '1 2 3'],
      [{ 'results.product': 'xyz' }, '1 2 3 5'],
      [{ results: { $elemMatch: { product: { $ne: 'xyz' } } } }, '1 2 3 4'],
      [{ 'results.product': { $ne: 'xyz' } }, '4'],
    ],
  },
  {
    page: 'reference/operator/query/size/',
    items: {
      1: { field: ['red', 'green'] },
      2: { field: ['apple', 'lime'] },
      3: { field: 'fruit' },
      4: { field: ['orange', 'lemon', 'grapefruit'] },
    },
    finds: [
      [{ field: { $size: 2 } }, '1 2'],
      [{ field: { $size: 1 } }, ''],
    ],
  },
]
