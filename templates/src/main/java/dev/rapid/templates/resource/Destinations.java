package dev.rapid.templates.resource;

import dev.rapid.templates.stack.FunctionTarget;
import dev.rapid.templates.stack.Functions;
import dev.rapid.templates.stack.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where results of asynchronous invocations go (contract templates-and-runtimes, section 5.5). */
final class Destinations {

  private static final Pattern ARN = Pattern.compile("arn:[a-z-]+:([a-z0-9-]+):[^:]*:[^:]*:\\S+");

  private final Functions functions;

  Destinations(Functions functions) {
    this.functions = functions;
  }

  /** Reads the destinations of {@code DestinationConfig}. */
  void read(Properties config, ConfiguredFunction function) {
    put("OnSuccess", config.map("OnSuccess"), "async-on-success", function);
    put("OnFailure", config.map("OnFailure"), "async-on-failure", function);
  }

  private void put(
      String name, Properties destination, String option, ConfiguredFunction function) {
    String arn = destination.text("Destination");
    if (arn == null && !destination.has("Destination")) {
      arn = generated(destination, name, function);
    }
    if (arn != null) {
      put(destination, "Destination", arn, option, function);
    }
  }

  /** Returns the ARN of the queue or topic that SAM adds to a template, null if it adds none. */
  private static @Nullable String generated(
      Properties destination, String name, ConfiguredFunction function) {
    String id = function.resource().id() + "EventInvokeConfig" + name;
    return switch (destination.text("Type", "")) {
      case "SQS" -> function.resource().stack().arn("sqs", id + "Queue");
      case "SNS" -> function.resource().stack().arn("sns", id + "Topic");
      default -> null;
    };
  }

  /** Reads the dead-letter queue of a function. */
  void readDeadLetters(ConfiguredFunction function) {
    boolean ofSam = function.resource().is("AWS::Serverless::Function");
    Properties queue =
        function.resource().properties().map(ofSam ? "DeadLetterQueue" : "DeadLetterConfig");
    String arn = queue.text("TargetArn");
    if (arn != null) {
      put(queue, "TargetArn", arn, "async-dead-letters", function);
    }
  }

  private void put(
      Properties from, String member, String arn, String option, ConfiguredFunction function) {
    String text = textOf(from, member, arn);
    if (text != null) {
      function.settings().put(option, from.position(member), text);
    }
  }

  /** Returns the destination as the configuration file has it, null if it cannot be one. */
  private @Nullable String textOf(Properties from, String member, String arn) {
    Matcher matcher = ARN.matcher(arn);
    if (!matcher.matches()) {
      from.warn(member, "is '" + arn + "', not an ARN; it is left out");
      return null;
    }
    String service = matcher.group(1);
    return switch (service) {
      case "lambda" -> {
        FunctionTarget target = functions.find(arn);
        if (target == null) {
          from.warn(member, "is no function of this template; it is left out");
        }
        yield target == null ? null : "function:" + functions.text(target);
      }
      case "sqs", "sns", "events" -> {
        boolean ordered = arn.endsWith(".fifo");
        if (ordered) {
          from.warn(member, "is a FIFO queue or topic, which cannot be one; it is left out");
        }
        yield ordered ? null : arn;
      }
      default -> {
        from.warn(member, "is of the service " + service + ", which is not there; it is left out");
        yield null;
      }
    };
  }
}
