/**
 * The storage of the queue in a database: H2 in a directory of this machine, or PostgreSQL, which
 * several nodes share. Begin with {@link dev.rapid.queue.sql.SqlStore}; {@link
 * dev.rapid.queue.sql.Stores} opens the store that the settings name.
 *
 * <p>Both databases have one schema, {@code schema-1.sql}, and one set of statements. Where they
 * differ is in {@link dev.rapid.queue.sql.Dialect}.
 */
@NullMarked
package dev.rapid.queue.sql;

import org.jspecify.annotations.NullMarked;
