package dev.rapid.gateway.authorizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.gateway.answer.GatewayError;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The policy that an authorizer function answered (contract http-front-door, section 8.4). */
record Policy(JsonNode document) {

  private static final Logger LOG = System.getLogger(Policy.class.getName());

  private static final String INVOKE = "execute-api:invoke";
  private static final String SOURCE_IP = "aws:SourceIp";

  /** Returns why a request is denied, null if it is allowed. */
  @Nullable GatewayError refusalOf(String arn, String sourceIp) {
    boolean allowed = false;
    for (JsonNode statement : elements(document.path("Statement"))) {
      if (matches(statement, arn, sourceIp)) {
        if (statement.path("Effect").asText().equals("Deny")) {
          return GatewayError.EXPLICIT_DENY;
        }
        allowed |= statement.path("Effect").asText().equals("Allow");
      }
    }
    return allowed ? null : GatewayError.IMPLICIT_DENY;
  }

  /** One element may stand without an array. */
  private static Iterable<JsonNode> elements(JsonNode node) {
    return node.isArray() ? node : node.isMissingNode() ? List.of() : List.of(node);
  }

  private static boolean matches(JsonNode statement, String arn, String sourceIp) {
    return isNamed(
            statement,
            "Action",
            "NotAction",
            action -> Wildcards.match(action.toLowerCase(Locale.ROOT), INVOKE))
        && isNamed(statement, "Resource", "NotResource", resource -> Wildcards.match(resource, arn))
        && meets(statement.path("Condition"), sourceIp);
  }

  private static boolean isNamed(
      JsonNode statement, String name, String opposite, Predicate<String> matches) {
    JsonNode listed = statement.path(name);
    boolean negated = listed.isMissingNode();
    JsonNode patterns = negated ? statement.path(opposite) : listed;
    if (patterns.isMissingNode()) {
      return false;
    }
    for (JsonNode pattern : elements(patterns)) {
      if (matches.test(pattern.asText())) {
        return !negated;
      }
    }
    return negated;
  }

  private static boolean meets(JsonNode condition, String sourceIp) {
    for (Map.Entry<String, JsonNode> operator : condition.properties()) {
      boolean inside = operator.getKey().equals("IpAddress");
      if (!inside && !operator.getKey().equals("NotIpAddress")) {
        return unsupported(operator.getKey());
      }
      for (Map.Entry<String, JsonNode> key : operator.getValue().properties()) {
        if (!key.getKey().equalsIgnoreCase(SOURCE_IP)) {
          return unsupported(operator.getKey() + " of " + key.getKey());
        }
        boolean found = false;
        for (JsonNode range : elements(key.getValue())) {
          found |= isIn(sourceIp, range.asText());
        }
        if (found != inside) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean unsupported(String condition) {
    LOG.log(
        Level.WARNING,
        "an authorizer''s policy has the condition {0}, which is not supported: its statement does"
            + " not match",
        condition);
    return false;
  }

  /** Compares literal addresses only, so that no name is looked up. */
  private static boolean isIn(String address, String range) {
    int slash = range.indexOf('/');
    String network = slash < 0 ? range : range.substring(0, slash);
    if (!isLiteral(address) || !isLiteral(network)) {
      return false;
    }
    try {
      byte[] wanted = InetAddress.getByName(network).getAddress();
      byte[] given = InetAddress.getByName(address).getAddress();
      int bits = slash < 0 ? wanted.length * 8 : Integer.parseInt(range.substring(slash + 1));
      if (wanted.length != given.length || bits < 0 || bits > wanted.length * 8) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((wanted[bit / 8] & mask) != (given[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    } catch (UnknownHostException | NumberFormatException e) {
      return false;
    }
  }

  private static boolean isLiteral(String address) {
    return !address.isEmpty()
        && (address.indexOf(':') >= 0
            || address.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9')));
  }
}
