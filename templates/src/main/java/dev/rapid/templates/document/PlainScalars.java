package dev.rapid.templates.document;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a text without quotes is (contract templates-and-runtimes, sections 4.2 and 4.3). */
final class PlainScalars {

  private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");
  private static final Pattern TRUE = Pattern.compile("yes|Yes|YES|true|True|TRUE|on|On|ON");
  private static final Pattern FALSE = Pattern.compile("no|No|NO|false|False|FALSE|off|Off|OFF");
  private static final Pattern INTEGER = Pattern.compile("[-+]?(0|[1-9][0-9_]*)");
  private static final Pattern OCTAL = Pattern.compile("([-+]?)0([0-7_]+)");
  private static final Pattern HEXADECIMAL = Pattern.compile("([-+]?)0x([0-9a-fA-F_]+)");
  private static final Pattern BINARY = Pattern.compile("([-+]?)0b([01_]+)");
  private static final Pattern BASE_60 = Pattern.compile("([-+]?)([1-9][0-9_]*(?::[0-5]?[0-9])+)");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(?:[0-9][0-9_]*(?:\\.[0-9_]*)?|\\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?");

  /** More digits are not computed with; no property of a template has such numbers. */
  private static final int LONGEST_NUMBER = 60;

  private PlainScalars() {}

  static boolean isNull(String text) {
    return NULL.matcher(text).matches();
  }

  static Optional<Boolean> toBoolean(String text) {
    if (TRUE.matcher(text).matches()) {
      return Optional.of(true);
    }
    return FALSE.matcher(text).matches() ? Optional.of(false) : Optional.empty();
  }

  static boolean isOctal(String text) {
    return OCTAL.matcher(text).matches();
  }

  static Optional<BigDecimal> toNumber(String text) {
    if (text.length() > LONGEST_NUMBER) {
      return Optional.empty();
    }
    Matcher octal = OCTAL.matcher(text);
    if (octal.matches()) {
      return integer(octal, 8);
    }
    Matcher hexadecimal = HEXADECIMAL.matcher(text);
    if (hexadecimal.matches()) {
      return integer(hexadecimal, 16);
    }
    Matcher binary = BINARY.matcher(text);
    if (binary.matches()) {
      return integer(binary, 2);
    }
    Matcher base60 = BASE_60.matcher(text);
    if (base60.matches()) {
      return Optional.of(base60(base60));
    }
    return INTEGER.matcher(text).matches() || !startsWithZeroDigit(text)
        ? toDecimal(text)
        : Optional.empty();
  }

  /** Returns a number with an optional sign, point and exponent. */
  static Optional<BigDecimal> toDecimal(String text) {
    if (text.length() > LONGEST_NUMBER || !DECIMAL.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      BigDecimal number = new BigDecimal(text.replace("_", ""));
      return Math.abs((long) number.scale()) > 400 ? Optional.empty() : Optional.of(number);
    } catch (NumberFormatException tooLargeExponent) {
      return Optional.empty();
    }
  }

  /** Returns whether it looks like an octal number that has an 8 or a 9, which stays text. */
  private static boolean startsWithZeroDigit(String text) {
    return text.matches("[-+]?0[0-9].*") && text.indexOf('.') < 0;
  }

  private static Optional<BigDecimal> integer(Matcher matcher, int radix) {
    String digits = matcher.group(2).replace("_", "");
    return digits.isEmpty()
        ? Optional.empty()
        : Optional.of(signed(matcher.group(1), new BigInteger(digits, radix)));
  }

  private static BigDecimal base60(Matcher matcher) {
    BigInteger value = BigInteger.ZERO;
    for (String digits : matcher.group(2).replace("_", "").split(":", -1)) {
      value = value.multiply(BigInteger.valueOf(60)).add(new BigInteger(digits));
    }
    return signed(matcher.group(1), value);
  }

  private static BigDecimal signed(String sign, BigInteger value) {
    return new BigDecimal(sign.equals("-") ? value.negate() : value);
  }
}
