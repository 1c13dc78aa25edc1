package dev.rapid.gateway.call;

import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.request.ApiPath;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which API a request is for (contract http-front-door, sections 0.2 and 1.3): that of the host
 * name {@code ID.execute-api...}, else the first one whose routes take the request.
 */
final class ApiDirectory {

  private static final Pattern HOST = Pattern.compile("([^.:]+)\\.execute-api\\..*");

  private final List<ServedApi> apis;

  ApiDirectory(List<ServedApi> apis) {
    this.apis = List.copyOf(apis);
  }

  /**
   * Where a request leads.
   *
   * @param api the API; if {@code path} is null, that one whose answers the client gets
   * @param path null if the API has no such stage
   */
  record Place(ServedApi api, @Nullable ApiPath path) {}

  /**
   * Finds the API of a request.
   *
   * @param host the header {@code Host}, empty if there is none
   * @param rawPath the path as sent
   * @return null if there is no API at all, or none with the id in the host name
   */
  @Nullable Place find(String host, String method, String rawPath) {
    Matcher named = HOST.matcher(host.toLowerCase(Locale.ROOT));
    String path = rawPath.startsWith("/") ? rawPath : "/" + rawPath;
    return named.matches() ? inApi(named.group(1), path) : anywhere(method, path);
  }

  // ------------------------------------------------------------------ by host name

  private @Nullable Place inApi(String id, String path) {
    List<ServedApi> stages = apis.stream().filter(api -> idOf(api).equals(id)).toList();
    if (stages.isEmpty()) {
      return null;
    }
    String whole = "/" + withoutSlashes(path);
    int end = whole.indexOf('/', 1);
    String first = whole.substring(1, end < 0 ? whole.length() : end);
    String rest = end < 0 ? "/" : whole.substring(end);
    for (ServedApi api : stages) {
      if (!configured(api).isDefaultStage() && configured(api).stage().equals(first)) {
        boolean cut = api.stage().isRest();
        return new Place(api, new ApiPath(cut ? "/" + withoutSlashes(rest) : rest, whole));
      }
    }
    for (ServedApi api : stages) {
      if (configured(api).isDefaultStage()) {
        return new Place(api, inDefaultStage(api, path));
      }
    }
    return new Place(stages.getFirst(), null);
  }

  /** A REST API shows the name of its stage, whatever it is. */
  private static ApiPath inDefaultStage(ServedApi api, String path) {
    return api.stage().isRest() ? withStage(api, path) : new ApiPath(path, path);
  }

  // ------------------------------------------------------------------ by route

  private @Nullable Place anywhere(String method, String path) {
    ServedApi similar = null;
    for (ServedApi api : apis) {
      ApiPath staged = withStage(api, path);
      if (api.find(method, staged.inStage()) != null) {
        return new Place(api, staged);
      }
      if (similar == null && api.knowsPath(staged.inStage())) {
        similar = api;
      }
    }
    if (similar == null && !apis.isEmpty()) {
      similar = apis.getFirst();
    }
    return similar == null ? null : new Place(similar, withStage(similar, path));
  }

  /** The stage is not in the request, and the event is built as if it were. */
  private static ApiPath withStage(ServedApi api, String path) {
    String stage = configured(api).stage();
    if (api.stage().isRest()) {
      return new ApiPath("/" + withoutSlashes(path), "/" + stage + path);
    }
    return new ApiPath(path, configured(api).isDefaultStage() ? path : "/" + stage + path);
  }

  private static Api configured(ServedApi api) {
    return api.stage().api();
  }

  private static String idOf(ServedApi api) {
    return configured(api).id();
  }

  private static String withoutSlashes(String path) {
    int from = 0;
    while (from < path.length() && path.charAt(from) == '/') {
      from++;
    }
    return path.substring(from);
  }
}
