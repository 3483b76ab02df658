import { item, type Transport } from 'rachis'
import type { Simulation } from '../server/simulation.js'

/** How often the server is told what is in sight, in ms. */
const tellEvery = 800

/** The switch: shows whether somebody lets populations change, and lets the reader decide. */
export function switchSimulation(transport: Transport, button: HTMLButtonElement, visible: () => readonly string[]): void {
  const node = transport.node<Simulation>('simulation')
  let running = false
  let told = ''
  const write = (set: Partial<Simulation>): void => {
    node.patch('simulation', set).catch((error: unknown) => {
      button.title = error instanceof Error ? error.message : String(error)
    })
  }
  node
    .feed()
    .pipe(item('simulation'))
    .subscribe((simulation) => {
      running = simulation?.running === true
      button.setAttribute('aria-checked', String(running))
    })
  button.addEventListener('click', () => {
    write({ running: !running, visible: visible() })
  })
  setInterval(() => {
    const ids = visible()
    if (!running || document.hidden || ids.join() === told) return
    told = ids.join()
    write({ visible: ids })
  }, tellEvery)
}
