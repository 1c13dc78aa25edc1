package dev.rapid.http.browser;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which values of {@code Host} a listener accepts (contract invoke-api, section 0.3).
 *
 * <p>A browser sends the name of the page's origin. An attacker who owns a name can let it point to
 * this machine (DNS rebinding); the attacker's page then reads and writes as if this machine had
 * served it. This is impossible with an address, with {@code localhost}, and with a name that the
 * public DNS does not have. So these are accepted:
 *
 * <ul>
 *   <li>IP addresses, {@code localhost} and names below it
 *   <li>the names of Lambda's own endpoints, function URLs and APIs, which only AWS can point
 *       elsewhere
 *   <li>names of one label, as containers call each other, and names below {@code internal}, which
 *       the public DNS never has
 *   <li>the names that the user allows
 * </ul>
 *
 * <p>A request without {@code Host} is accepted too: no browser sends one.
 */
public final class AllowedHosts {

  /** Allows every name. */
  public static final String ANY = "*";

  private static final String SUBDOMAINS = "*.";
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]+(%[^]]*)?](:[0-9]*)?");
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  private static final Pattern OF_LAMBDA =
      Pattern.compile(
          "[a-z0-9-]+\\.lambda-url\\.[a-z0-9-]+\\.on\\.aws"
              + "|[a-z0-9-]+\\.execute-api\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?"
              + "|lambda(-fips)?\\.[a-z0-9-]+\\.(amazonaws\\.com(\\.cn)?|api\\.aws)");

  private final boolean any;
  private final Set<String> names = new HashSet<>();
  private final List<String> suffixes = new ArrayList<>();

  /**
   * Creates a rule.
   *
   * @param allowed names that the user allows, in any case: {@code rapid.example.com}, {@code
   *     *.example.com} for all names below one, {@link #ANY} for all
   */
  public AllowedHosts(List<String> allowed) {
    this.any = allowed.contains(ANY);
    for (String name : allowed) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.startsWith(SUBDOMAINS)) {
        suffixes.add(lower.substring(1));
      } else {
        names.add(lower);
      }
    }
  }

  /**
   * Returns whether a header has an allowed name.
   *
   * @param host the value of {@code Host}: a name or an address, and maybe a port
   */
  public boolean allows(String host) {
    if (any || host.isEmpty()) {
      return true;
    }
    String lower = host.toLowerCase(Locale.ROOT);
    if (lower.startsWith("[")) {
      return IPV6.matcher(lower).matches();
    }
    String name = nameOf(lower);
    return isPrivate(name)
        || IPV4.matcher(name).matches()
        || names.contains(name)
        || suffixes.stream().anyMatch(name::endsWith)
        || OF_LAMBDA.matcher(name).matches();
  }

  /** Returns the name in a value of {@code Host}, without port and final dot. */
  public static String nameOf(String host) {
    int colon = host.indexOf(':');
    String name = colon < 0 ? host : host.substring(0, colon);
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  private static boolean isPrivate(String name) {
    return name.indexOf('.') < 0 || name.endsWith(".localhost") || name.endsWith(".internal");
  }
}
