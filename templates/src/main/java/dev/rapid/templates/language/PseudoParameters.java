package dev.rapid.templates.language;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.ScalarNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters that every stack has (contract templates-and-runtimes, section 3.2). */
final class PseudoParameters {

  static final String PREFIX = "AWS::";

  /** Removes the property, item or entry that has it as its value. */
  static final String NO_VALUE = "AWS::NoValue";

  static final List<String> NAMES =
      List.of(
          "AWS::AccountId",
          "AWS::NoValue",
          "AWS::NotificationARNs",
          "AWS::Partition",
          "AWS::Region",
          "AWS::StackId",
          "AWS::StackName",
          "AWS::URLSuffix");

  /** The last part of every stack's id. */
  private static final String STACK_UUID = "51af3dc0-da77-11e4-872e-1234567db123";

  private PseudoParameters() {}

  /** Returns the value of a pseudo parameter, null if there is none with this name. */
  static @Nullable Node value(String name, Position usedAt, Deployment deployment) {
    String given = deployment.parameters().get(name);
    if (given != null) {
      return ScalarNode.text(usedAt, given);
    }
    if (name.equals("AWS::NotificationARNs")) {
      return new ListNode(usedAt, List.of());
    }
    String text =
        switch (name) {
          case "AWS::AccountId" -> deployment.accountId();
          case "AWS::Region" -> deployment.region();
          case "AWS::Partition" -> deployment.partition();
          case "AWS::URLSuffix" -> deployment.urlSuffix();
          case "AWS::StackName" -> deployment.stackName();
          case "AWS::StackId" ->
              "arn:%s:cloudformation:%s:%s:stack/%s/%s"
                  .formatted(
                      deployment.partition(),
                      deployment.region(),
                      deployment.accountId(),
                      deployment.stackName(),
                      STACK_UUID);
          default -> null;
        };
    return text == null ? null : ScalarNode.text(usedAt, text);
  }
}
