import { Schema } from 'mongoose'

/** A todo as it is stored. */
export const todoSchema = new Schema(
  {
    title: {
      type: String,
      trim: true,
      required: [true, 'A todo needs some words.'],
      maxlength: [140, 'That is too long for one todo: 140 characters at most.'],
    },
    done: { type: Boolean, default: false },
    /** When it was written, in ms since 1970: the order of the list. */
    created: { type: Number, required: true },
  },
  { versionKey: false },
)
