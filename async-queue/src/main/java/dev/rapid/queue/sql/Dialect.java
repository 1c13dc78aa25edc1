package dev.rapid.queue.sql;

/** Where the databases differ. */
enum Dialect {
  /** Used by one node, so that claims need no locks, and H2 would not use the index with them. */
  H2("CREATE DOMAIN IF NOT EXISTS rapid_bytes AS BLOB", "", "CHECKPOINT SYNC"),

  POSTGRESQL("CREATE DOMAIN rapid_bytes AS BYTEA", " FOR UPDATE SKIP LOCKED", "");

  /** Defines the type of payloads. */
  final String bytesDomain;

  /** Ends the statement that finds entries to claim. */
  final String lockOfClaims;

  /** Lets committed transactions survive the end of the machine; empty if they do anyway. */
  final String sync;

  Dialect(String bytesDomain, String lockOfClaims, String sync) {
    this.bytesDomain = bytesDomain;
    this.lockOfClaims = lockOfClaims;
    this.sync = sync;
  }
}
