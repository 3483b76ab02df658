/** What the core needs of rxjs when it runs; one import of it all is smaller in a page than one a file. */
export { isObservable, Observable, Subscriber } from 'rxjs'
