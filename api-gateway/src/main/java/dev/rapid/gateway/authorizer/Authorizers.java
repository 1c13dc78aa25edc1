package dev.rapid.gateway.authorizer;

import dev.rapid.core.invocation.Payload;
import dev.rapid.core.time.CancellableTimers;
import dev.rapid.core.time.NanoClock;
import dev.rapid.gateway.answer.GatewayError;
import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.Authorizer;
import dev.rapid.gateway.api.PayloadFormat;
import dev.rapid.gateway.api.RequestValue;
import dev.rapid.gateway.event.Authorization;
import dev.rapid.gateway.event.HttpEvent;
import dev.rapid.gateway.event.ProxyEvent;
import dev.rapid.gateway.event.TokenEvent;
import dev.rapid.gateway.function.GatewayFunctions;
import dev.rapid.gateway.request.ApiRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The authorizers of one API (contract http-front-door, section 8). Thread-safe. */
public final class Authorizers {

  private final Api api;
  private final Map<Authorizer, FunctionAuthorizer> functions = new HashMap<>();

  /** Creates the authorizers of an API; they remember nothing yet. */
  public Authorizers(Api api, GatewayFunctions found, CancellableTimers timers, NanoClock clock) {
    this.api = api;
    api.authorizers()
        .forEach((name, authorizer) -> {
          FunctionAuthorizer made =
              switch (authorizer) {
                case Authorizer.Request request ->
                    new FunctionAuthorizer(
                        name, request.function(), request.ttl(), found, timers, clock);
                case Authorizer.Token token ->
                    new FunctionAuthorizer(
                        name, token.function(), token.ttl(), found, timers, clock);
                case Authorizer.Jwt jwt -> null;
                case Authorizer.Iam iam -> null;
              };
          if (made != null) {
            functions.put(authorizer, made);
          }
        });
  }

  /**
   * Decides whether a request may reach its route.
   *
   * @param then gets the decision once: at once, or later on any thread
   */
  public void decide(ApiRequest request, Consumer<Decision> then) {
    Authorizer authorizer = api.authorizerOf(request.route());
    switch (authorizer) {
      case null -> then.accept(new Decision.Allowed(Authorization.NONE));
      case Authorizer.Iam iam -> then.accept(Signatures.decide(request));
      case Authorizer.Jwt jwt -> then.accept(TokenClaims.decide(jwt, request));
      case Authorizer.Token token -> decide(token, request, then);
      case Authorizer.Request byRequest -> decide(byRequest, request, then);
    }
  }

  private void decide(Authorizer.Token token, ApiRequest request, Consumer<Decision> then) {
    String value = request.header(token.header());
    if (value.isEmpty()
        || (token.validation() != null && !Pattern.matches(token.validation(), value))) {
      then.accept(new Decision.Refused(GatewayError.UNAUTHORIZED));
      return;
    }
    of(token)
        .decide(
            request,
            List.of(value),
            new Question(false, () -> TokenEvent.of(request, value)),
            then);
  }

  private void decide(Authorizer.Request authorizer, ApiRequest request, Consumer<Decision> then) {
    List<String> identity = new ArrayList<>();
    for (RequestValue source : authorizer.sources()) {
      String value = request.value(source);
      if (value == null) {
        then.accept(new Decision.Refused(GatewayError.UNAUTHORIZED));
        return;
      }
      identity.add(value);
    }
    of(authorizer)
        .decide(
            request,
            identity,
            new Question(
                authorizer.simpleResponses(), () -> eventOf(authorizer, request, identity)),
            then);
  }

  private static @Nullable Payload eventOf(
      Authorizer.Request authorizer, ApiRequest request, List<String> identity) {
    if (request.stage().isRest()) {
      return ProxyEvent.forRestAuthorizer(request);
    }
    return authorizer.payload() == PayloadFormat.V1
        ? ProxyEvent.forHttpAuthorizer(request, identity)
        : HttpEvent.forAuthorizer(request, identity);
  }

  private FunctionAuthorizer of(Authorizer authorizer) {
    return Objects.requireNonNull(functions.get(authorizer));
  }

  private record Question(boolean simple, Event written) implements FunctionAuthorizer.Question {

    @FunctionalInterface
    private interface Event {
      @Nullable Payload write();
    }

    @Override
    public @Nullable Payload event() {
      return written.write();
    }
  }
}
