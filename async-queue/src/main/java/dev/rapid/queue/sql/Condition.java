package dev.rapid.queue.sql;

import dev.rapid.queue.store.EntryFilter;
import dev.rapid.queue.store.EntryState;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The conditions of a statement, and their parameters. */
final class Condition {

  private final List<String> terms = new ArrayList<>();
  private final List<Object> parameters = new ArrayList<>();

  /** Adds a term with one parameter. */
  Condition and(String term, Object parameter) {
    terms.add(term);
    parameters.add(parameter);
    return this;
  }

  /** Adds what a filter asks for. */
  Condition and(EntryFilter filter) {
    EntryState state = filter.state();
    return equal("id", filter.id())
        .equal("request_id", filter.requestId())
        .equal("function_name", filter.function())
        .equal("state", state == null ? null : state.name());
  }

  private Condition equal(String column, @Nullable Object value) {
    return value == null ? this : and(column + " = ?", value);
  }

  /** Returns it as the clause of a statement without other conditions. */
  String where() {
    return terms.isEmpty() ? "" : "WHERE " + String.join(" AND ", terms);
  }

  /** Returns it as what follows other conditions. */
  String and() {
    return terms.isEmpty() ? "" : " AND " + String.join(" AND ", terms);
  }

  /**
   * Sets its parameters.
   *
   * @param first the index of the first one
   * @return the index behind the last one
   */
  int setAll(PreparedStatement statement, int first) throws SQLException {
    int index = first;
    for (Object parameter : parameters) {
      statement.setObject(index++, parameter);
    }
    return index;
  }
}
