package dev.rapid.queue.store;

/** What an entry of the store is waiting for. */
public enum EntryState {

  /** Its first attempt. */
  QUEUED,

  /** The end of an attempt, or of the lease of the node that has claimed it. */
  RUNNING,

  /** Another attempt. */
  RETRYING,

  /** Nothing: it was given up. It stays until it is purged or queued again. */
  DEAD
}
