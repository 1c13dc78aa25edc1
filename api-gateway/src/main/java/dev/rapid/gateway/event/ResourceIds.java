package dev.rapid.gateway.event;

import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.request.ApiStage;

/** Ids of what the cloud stores, always the same for the same thing. */
final class ResourceIds {

  private static final int LENGTH = 6;
  private static final String ROOT = "/";

  private ResourceIds() {}

  /** Returns the id of a resource of a REST API: 6 characters, 10 for the root. */
  static String ofPath(String path) {
    String id = Api.idOf(path);
    return path.equals(ROOT) ? id : id.substring(0, LENGTH);
  }

  /** Returns the id of the deployment of an API. */
  static String ofDeployment(String apiId) {
    return Api.idOf("deployment of " + apiId).substring(0, LENGTH);
  }

  /** Returns the ARN of the user with an access key. */
  static String userArn(ApiStage stage, String accessKey) {
    return "arn:aws:iam::" + stage.accountId() + ":user/" + accessKey;
  }
}
