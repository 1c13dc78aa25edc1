package dev.rapid.invokeapi.errors;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Collects the constraint violations of a request (contract invoke-api, section 1.4). */
public final class Constraints {

  private final List<String> errors = new ArrayList<>();

  /** Adds a violation unless {@code value} matches {@code pattern}. */
  public void pattern(String field, String value, Pattern pattern) {
    if (!pattern.matcher(value).matches()) {
      mismatch(field, value, pattern);
    }
  }

  /** Adds the violation of a value that does not match {@code pattern}. */
  public void mismatch(String field, String value, Pattern pattern) {
    add(field, value, "Member must satisfy regular expression pattern: " + pattern.pattern());
  }

  /** Adds a violation if {@code value} has more than {@code length} characters. */
  public void maxLength(String field, String value, int length) {
    if (value.length() > length) {
      add(field, value, "Member must have length less than or equal to " + length);
    }
  }

  /** Adds a violation unless {@code value} is one of {@code allowed}. */
  public void oneOf(String field, String value, List<String> allowed) {
    if (!allowed.contains(value)) {
      add(field, value, "Member must satisfy enum value set: [" + String.join(", ", allowed) + "]");
    }
  }

  /**
   * Returns a whole number, and adds a violation unless it is from {@code least} to {@code most}.
   */
  public int number(String field, String value, int least, int most) {
    boolean digits = value.matches("-?[0-9]{1,9}");
    int number = digits ? Integer.parseInt(value) : least;
    if (!digits) {
      add(field, value, "Member must be a whole number");
    } else if (number < least) {
      add(field, value, "Member must have value greater than or equal to " + least);
    } else if (number > most) {
      add(field, value, "Member must have value less than or equal to " + most);
    }
    return number;
  }

  /**
   * Reports all errors together.
   *
   * @throws ServiceException if there is at least one
   */
  public void check() {
    if (!errors.isEmpty()) {
      throw new ServiceException(
          ServiceError.VALIDATION,
          errors.size()
              + (errors.size() == 1 ? " validation error" : " validation errors")
              + " detected: "
              + String.join("; ", errors));
    }
  }

  private void add(String field, String value, String constraint) {
    errors.add(
        "Value '" + value + "' at '" + field + "' failed to satisfy constraint: " + constraint);
  }
}
