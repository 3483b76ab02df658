import type { Mongoose, Model } from 'mongoose'

/** A city as it is stored and sent. */
export interface City {
  readonly name: string
  /** The name without accents, in lower case: what is searched and sorted by. */
  readonly key: string
  /** Two letters, by ISO 3166. */
  readonly country: string
  /** The country's English name. */
  readonly nation: string
  readonly population: number
  readonly latitude: number
  readonly longitude: number
}

/** The model of the collection `cities`. */
export function cityModel(mongoose: Mongoose): Model<City> {
  const schema = new mongoose.Schema<City>(
    {
      _id: String,
      name: String,
      key: String,
      country: String,
      nation: String,
      population: { type: Number, min: 0 },
      latitude: Number,
      longitude: Number,
    } as never,
    { versionKey: false },
  )
  // What pages filter by.
  schema.index({ key: 1 }).index({ country: 1 })
  return mongoose.model<City>('City', schema)
}
