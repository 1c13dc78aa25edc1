package dev.rapid.cli.config;

import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.lambda.FunctionReference;
import dev.rapid.lambda.async.Destination;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A destination as users write it, which other options complete to a {@link Destination}. */
sealed interface DestinationText {

  /** A function of this Rapid. */
  record OfFunction(FunctionReference reference) implements DestinationText {}

  /** A file of NDJSON. */
  record OfFile(Path file) implements DestinationText {}

  /** A hook. */
  record OfHook(URI url) implements DestinationText {}

  /**
   * A queue, topic or event bus.
   *
   * @param service its name in {@link ManagedOptions#ENDPOINTS}
   */
  record OfService(String arn, String service) implements DestinationText {}

  /**
   * What the destinations of a function depend on.
   *
   * @param source the function
   * @param functions the names of functions by all names that they answer to
   * @param endpoints addresses by service
   * @param hookSecret signs deliveries to hooks, null for none
   */
  record Surroundings(
      FunctionIdentity source,
      Map<String, String> functions,
      Map<String, String> endpoints,
      @Nullable String hookSecret) {}

  /** The prefix of a secret in the form of Standard Webhooks. */
  String SECRET_PREFIX = "whsec_";

  /**
   * Reads a destination of invocation records.
   *
   * @throws IllegalArgumentException if it is none; the message has no subject
   */
  static DestinationText parse(String text, ProcessContext context) {
    if (text.startsWith(Forms.FILE)) {
      return new OfFile(file(text.substring(Forms.FILE.length()), context));
    }
    if (text.startsWith("http:") || text.startsWith("https:")) {
      URI url = Conversions.url(text);
      if (hasUser(text)) {
        throw new IllegalArgumentException(
            "has a user or password, which hooks do not get and logs would show; sign requests with"
                + " async-hook-secret");
      }
      return new OfHook(url);
    }
    FunctionReference function = FunctionReference.parse(text);
    if (function != null && (text.startsWith("function:") || text.startsWith("arn:"))) {
      return new OfFunction(function);
    }
    Matcher arn = Forms.ARN.matcher(text);
    if (!arn.matches()) {
      throw new IllegalArgumentException(
          "is not function:NAME, file:PATH, https://HOST/PATH or an ARN");
    }
    String service = arn.group(1);
    if (!Forms.SERVICES.contains(service)) {
      throw new IllegalArgumentException(
          "is of the service " + service + "; there are lambda, sqs, sns and events (event buses)");
    }
    if (text.endsWith(".fifo")) {
      throw new IllegalArgumentException(
          "is a FIFO " + (service.equals("sqs") ? "queue" : "topic") + ", which cannot be one");
    }
    return new OfService(text, service);
  }

  /**
   * Reads a destination of dead letters, which an event bus cannot be.
   *
   * @throws IllegalArgumentException if it is none; the message has no subject
   */
  static DestinationText parseDeadLetters(String text, ProcessContext context) {
    DestinationText destination = parse(text, context);
    if (destination instanceof OfService service && service.service().equals(Forms.EVENTS)) {
      throw new IllegalArgumentException("is an event bus, which takes no dead letters");
    }
    return destination;
  }

  /** Returns whether a destination is a URL with a user, and perhaps a password. */
  static boolean hasUser(String text) {
    return Forms.USER.matcher(text).find();
  }

  private static Path file(String text, ProcessContext context) {
    try {
      Path file = context.directory().resolve(text).normalize();
      Path directory = file.getParent();
      if (text.isEmpty() || Files.isDirectory(file)) {
        throw new IllegalArgumentException("is not the name of a file");
      }
      if (directory == null || !Files.isDirectory(directory)) {
        throw new IllegalArgumentException("is in a directory that does not exist");
      }
      return file;
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("is not the name of a file", e);
    }
  }

  /**
   * Checks a secret.
   *
   * @throws IllegalArgumentException if it is none; the message has no subject
   */
  static String hookSecret(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("is empty");
    }
    if (text.startsWith(SECRET_PREFIX)) {
      try {
        byte[] unused = Base64.getDecoder().decode(text.substring(SECRET_PREFIX.length()));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("is not base64 after " + SECRET_PREFIX, e);
      }
    }
    return text;
  }

  /**
   * Returns the destination.
   *
   * @throws IllegalArgumentException if it names a function that does not exist; the message has no
   *     subject
   */
  default Destination in(Surroundings surroundings) {
    return switch (this) {
      case OfFile(Path file) -> new Destination.OfFile(file);
      case OfHook(URI url) -> new Destination.OfHook(url, surroundings.hookSecret());
      case OfService(String arn, String service) ->
          new Destination.OfService(arn, service, endpoint(service, surroundings.endpoints()));
      case OfFunction(FunctionReference reference) -> function(reference, surroundings);
    };
  }

  private static @Nullable URI endpoint(String service, Map<String, String> endpoints) {
    String url = endpoints.get(service);
    String any = endpoints.get(FunctionOptions.ALL_SERVICES);
    return url != null ? URI.create(url) : any != null ? URI.create(any) : null;
  }

  private static Destination function(FunctionReference reference, Surroundings surroundings) {
    FunctionIdentity source = surroundings.source();
    String name = surroundings.functions().get(reference.name());
    boolean elsewhere =
        reference.account() != null
            && !(source.region().equals(reference.region())
                && source.accountId().equals(reference.account()));
    if (name == null || elsewhere) {
      throw new IllegalArgumentException(
          elsewhere
              ? "is of another account or region"
              : "names no function; there are "
                  + String.join(", ", surroundings.functions().keySet()));
    }
    String qualifier = reference.qualifier();
    String arn = source.arnOf(name);
    return new Destination.OfFunction(
        qualifier == null ? arn : arn + ":" + qualifier, name, qualifier);
  }

  /** What the forms are made of. */
  final class Forms {

    static final String FILE = "file:";
    static final String EVENTS = "events";
    static final Set<String> SERVICES = Set.of("sqs", "sns", EVENTS);
    static final Pattern USER = Pattern.compile("^https?://[^/?#]*@");

    static final Pattern ARN =
        Pattern.compile("arn:[a-z-]+:([a-z0-9-]+):[a-z0-9-]*:[0-9]{0,12}:[^\\s]+");

    private Forms() {}
  }
}
