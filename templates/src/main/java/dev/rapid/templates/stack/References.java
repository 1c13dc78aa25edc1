package dev.rapid.templates.stack;

import dev.rapid.templates.language.ReferenceValues;
import dev.rapid.templates.language.Resolver;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code Ref} and {@code Fn::GetAtt} of the resources of one stack give (contract
 * templates-and-runtimes, section 3.3).
 */
final class References implements ReferenceValues {

  private static final Set<String> NESTED =
      Set.of("AWS::Serverless::Application", "AWS::CloudFormation::Stack");

  private final Stack stack;
  private final StackTree tree;
  private final LocalAddresses addresses;

  References(Stack stack, StackTree tree, LocalAddresses addresses) {
    this.stack = stack;
    this.tree = tree;
    this.addresses = addresses;
  }

  @Override
  public @Nullable String ref(String id, Resolver resolver) {
    return ref(id);
  }

  @Override
  public @Nullable String attribute(String id, String attribute, Resolver resolver) {
    return attribute(id, attribute);
  }

  @Override
  public @Nullable String export(String name) {
    return tree.export(name);
  }

  /** Returns what {@code Ref} of a resource gives, null if there is no such resource. */
  @Nullable String ref(String id) {
    Resource resource = stack.resource(id);
    if (resource == null) {
      return generatedRef(id);
    }
    return switch (resource.type()) {
      case "AWS::Serverless::Function", "AWS::Lambda::Function" ->
          tree.functions().names().of(resource);
      case "AWS::Lambda::Version" -> versionArn(resource);
      case "AWS::Lambda::Alias" -> aliasArn(resource);
      case "AWS::Lambda::Url" -> functionArn(resource, "TargetFunctionArn");
      case "AWS::Serverless::LayerVersion", "AWS::Lambda::LayerVersion" -> layerArn(resource);
      case "AWS::SNS::Topic" -> stack.arn("sns", named(resource, "TopicName"));
      case "AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine" ->
          stack.arn("states", "stateMachine:" + stateMachineName(resource));
      case "AWS::DynamoDB::Table", "AWS::Serverless::SimpleTable" -> named(resource, "TableName");
      case "AWS::S3::Bucket" -> named(resource, "BucketName");
      case "AWS::IAM::Role" -> named(resource, "RoleName");
      case "AWS::Events::EventBus", "AWS::Events::Rule" -> named(resource, "Name");
      case "AWS::Logs::LogGroup" -> named(resource, "LogGroupName");
      case "AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage" -> named(resource, "StageName");
      case "AWS::Serverless::Application", "AWS::CloudFormation::Stack" ->
          stack.arn("cloudformation", "stack/" + resource.id() + "/" + resource.id());
      default -> resource.id();
    };
  }

  /** Returns what an attribute of a resource is, null if it is not known. */
  private @Nullable String attribute(String id, String attribute) {
    Resource resource = stack.resource(id);
    if (resource == null) {
      return generatedAttribute(id, attribute);
    }
    return switch (resource.type()) {
      case "AWS::Serverless::Function", "AWS::Lambda::Function" ->
          functionAttribute(resource, attribute);
      case "AWS::Lambda::Version" ->
          switch (attribute) {
            case "Version" -> versionNumber(resource);
            case "FunctionArn" -> versionArn(resource);
            default -> null;
          };
      case "AWS::Lambda::Alias" ->
          attribute.equals("AliasArn") || attribute.equals("Arn") ? aliasArn(resource) : null;
      case "AWS::Lambda::Url" ->
          switch (attribute) {
            case "FunctionUrl" ->
                url(tree.functions().find(resource.property("TargetFunctionArn")));
            case "FunctionArn" -> functionArn(resource, "TargetFunctionArn");
            default -> null;
          };
      case "AWS::Serverless::LayerVersion", "AWS::Lambda::LayerVersion" ->
          attribute.equals("LayerVersionArn") || attribute.equals("Arn")
              ? layerArn(resource)
              : null;
      case "AWS::Serverless::Api", "AWS::ApiGateway::RestApi" ->
          switch (attribute) {
            case "RootResourceId" -> "/";
            case "RestApiId" -> resource.id();
            case "Stage" -> resource.propertyText("StageName");
            default -> null;
          };
      case "AWS::ApiGateway::Resource" -> attribute.equals("ResourceId") ? resource.id() : null;
      case "AWS::ApiGateway::Authorizer", "AWS::ApiGatewayV2::Authorizer" ->
          attribute.equals("AuthorizerId") ? resource.id() : null;
      case "AWS::Serverless::HttpApi", "AWS::ApiGatewayV2::Api" ->
          switch (attribute) {
            case "ApiEndpoint" -> addresses.api();
            case "ApiId" -> resource.id();
            case "Stage" -> stageOfHttpApi(resource);
            default -> null;
          };
      case "AWS::SQS::Queue" -> queueAttribute(resource, attribute);
      case "AWS::SNS::Topic" ->
          switch (attribute) {
            case "TopicArn" -> ref(id);
            case "TopicName" -> named(resource, "TopicName");
            default -> null;
          };
      case "AWS::DynamoDB::Table", "AWS::Serverless::SimpleTable" ->
          attribute.equals("Arn")
              ? stack.arn("dynamodb", "table/" + named(resource, "TableName"))
              : null;
      case "AWS::S3::Bucket" ->
          switch (attribute) {
            case "Arn" -> "arn:" + stack.partition() + ":s3:::" + named(resource, "BucketName");
            case "DomainName" -> named(resource, "BucketName") + ".s3.amazonaws.com";
            default -> null;
          };
      case "AWS::IAM::Role" ->
          switch (attribute) {
            case "Arn" -> roleArn(named(resource, "RoleName"));
            case "RoleId" -> named(resource, "RoleName");
            default -> null;
          };
      case "AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine" ->
          switch (attribute) {
            case "Arn" -> ref(id);
            case "Name" -> stateMachineName(resource);
            default -> null;
          };
      case "AWS::Events::EventBus" ->
          attribute.equals("Arn")
              ? stack.arn("events", "event-bus/" + named(resource, "Name"))
              : attribute.equals("Name") ? named(resource, "Name") : null;
      case "AWS::Events::Rule" ->
          attribute.equals("Arn") ? stack.arn("events", "rule/" + named(resource, "Name")) : null;
      case "AWS::Logs::LogGroup" ->
          attribute.equals("Arn")
              ? stack.arn("logs", "log-group:" + named(resource, "LogGroupName") + ":*")
              : null;
      default -> NESTED.contains(resource.type()) ? output(id, attribute) : null;
    };
  }

  // ------------------------------------------------------------------ what SAM generates

  /** Returns what {@code Ref} gives for the resources that SAM adds to a template. */
  private @Nullable String generatedRef(String id) {
    return switch (id) {
      case "ServerlessRestApi", "ServerlessHttpApi" -> hasSamFunctions() ? id : null;
      case "ServerlessRestApiProdStage" -> hasSamFunctions() ? "Prod" : null;
      default -> {
        Resource function = functionOfAlias(id);
        yield function == null ? null : qualified(function, autoPublishAlias(function));
      }
    };
  }

  private @Nullable String generatedAttribute(String id, String attribute) {
    if (id.equals("ServerlessRestApi") && attribute.equals("RootResourceId")) {
      return "/";
    }
    if (id.equals("ServerlessHttpApi") && attribute.equals("ApiEndpoint")) {
      return addresses.api();
    }
    Resource ofUrl = samFunction(id, "Url");
    if (ofUrl != null && ofUrl.written("FunctionUrlConfig") != null) {
      return switch (attribute) {
        case "FunctionUrl" -> url(new FunctionTarget(ofUrl, autoPublishAlias(ofUrl)));
        case "FunctionArn" -> tree.functions().arn(ofUrl);
        default -> null;
      };
    }
    Resource ofRole = samFunction(id, "Role");
    if (ofRole != null && attribute.equals("Arn")) {
      return roleArn(id);
    }
    return null;
  }

  private @Nullable Resource samFunction(String id, String suffix) {
    Resource resource =
        id.endsWith(suffix) ? stack.resource(id.substring(0, id.length() - suffix.length())) : null;
    return resource != null && resource.is("AWS::Serverless::Function") ? resource : null;
  }

  /** Returns the function whose alias has the id {@code FUNCTIONAliasNAME}, null if none has. */
  private @Nullable Resource functionOfAlias(String id) {
    int at = id.indexOf("Alias");
    Resource function = at > 0 ? samFunction(id.substring(0, at), "") : null;
    return function != null
            && id.substring(at + "Alias".length()).equals(autoPublishAlias(function))
        ? function
        : null;
  }

  private boolean hasSamFunctions() {
    return stack.resources().stream().anyMatch(each -> each.is("AWS::Serverless::Function"));
  }

  private static @Nullable String autoPublishAlias(Resource function) {
    return function.propertyText("AutoPublishAlias");
  }

  private String publishedVersion(Resource function) {
    return Integer.toString(tree.functions().publishedVersion(function));
  }

  // ------------------------------------------------------------------ functions

  private @Nullable String functionAttribute(Resource function, String attribute) {
    return switch (attribute) {
      case "Arn" -> tree.functions().arn(function);
      case "Alias", "Version", "Version.Version" -> {
        // SAM publishes these.
        String alias = autoPublishAlias(function);
        if (alias == null) {
          yield null;
        }
        yield switch (attribute) {
          case "Alias" -> qualified(function, alias);
          case "Version" -> qualified(function, publishedVersion(function));
          default -> publishedVersion(function);
        };
      }
      case "SnapStartResponse.ApplyOn" -> "None";
      case "SnapStartResponse.OptimizationStatus" -> "Off";
      default -> null;
    };
  }

  private String qualified(Resource function, @Nullable String qualifier) {
    String arn = tree.functions().arn(function);
    return qualifier == null ? arn : arn + ":" + qualifier;
  }

  private @Nullable String functionArn(Resource resource, String property) {
    FunctionTarget target = tree.functions().find(resource.property(property));
    return target == null ? null : tree.functions().arn(target.function());
  }

  private @Nullable String versionNumber(Resource version) {
    Functions.NumberedVersion numbered = tree.functions().version(version);
    return numbered == null ? null : Integer.toString(numbered.number());
  }

  private @Nullable String versionArn(Resource version) {
    Functions.NumberedVersion numbered = tree.functions().version(version);
    return numbered == null
        ? null
        : qualified(numbered.function(), Integer.toString(numbered.number()));
  }

  private @Nullable String aliasArn(Resource alias) {
    FunctionTarget target = tree.functions().find(alias.property("FunctionName"));
    String name = alias.propertyText("Name");
    return target == null || name == null ? null : qualified(target.function(), name);
  }

  private @Nullable String url(@Nullable FunctionTarget target) {
    return target == null
        ? null
        : addresses.functionUrl(tree.functions().names().of(target.function()));
  }

  // ------------------------------------------------------------------ other resources

  private String layerArn(Resource layer) {
    return stack.arn("lambda", "layer:" + named(layer, "LayerName") + ":1");
  }

  private @Nullable String queueAttribute(Resource queue, String attribute) {
    return switch (attribute) {
      case "Arn" -> stack.arn("sqs", named(queue, "QueueName"));
      case "QueueName" -> named(queue, "QueueName");
      case "QueueUrl" -> queue.id();
      default -> null;
    };
  }

  private static String stageOfHttpApi(Resource api) {
    String stage = api.propertyText("StageName");
    return stage == null ? "$default" : stage;
  }

  private String roleArn(String name) {
    return "arn:" + stack.partition() + ":iam::" + stack.account() + ":role/" + name;
  }

  private static String stateMachineName(Resource machine) {
    String name = machine.propertyText("StateMachineName");
    return name == null ? named(machine, "Name") : name;
  }

  private static String named(Resource resource, String property) {
    String name = resource.propertyText(property);
    return name == null ? resource.id() : name;
  }

  private @Nullable String output(String id, String attribute) {
    Stack child = stack.child(id);
    return child == null || !attribute.startsWith("Outputs.")
        ? null
        : child.output(attribute.substring("Outputs.".length()));
  }
}
