package dev.rapid.emulator;

import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.shaping.Pacer;
import dev.rapid.core.shaping.ResponseShaper;
import dev.rapid.core.shaping.ShapingRates;
import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.ResponseShaping;
import dev.rapid.gateway.Gateway;
import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.FunctionTarget;
import dev.rapid.gateway.call.CallContext;
import dev.rapid.gateway.function.GatewayFunction;
import dev.rapid.gateway.function.UnavailableFunctionException;
import dev.rapid.http.HttpListener;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.invokeapi.invoke.InvokedFunctions;
import dev.rapid.invokeapi.invoke.InvokedVersion;
import dev.rapid.invokeapi.invoke.VersionedFunction;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** What callers reach at the address of HTTP APIs and REST APIs. */
final class ApiFrontEnd {

  private final Engine engine;
  private final InvokedFunctions functions;
  private final Gateway gateway;

  /**
   * Creates the front end of functions, without APIs.
   *
   * @param functions at least one; APIs are in the region and the account of the first one
   */
  ApiFrontEnd(Engine engine, List<EmulatedFunction> functions, FrontEnd front) {
    this.engine = engine;
    this.functions = new InvokedFunctions(versioned(functions));
    FunctionIdentity home = functions.getFirst().description().identity();
    this.gateway =
        new Gateway(
            new CallContext(
                this::find,
                engine.worker().payloads(),
                engine.wallClock(),
                engine.clock(),
                engine.timers(),
                () -> pacer(front.shaping())),
            home.region(),
            home.accountId(),
            front.pages().origins());
  }

  private Pacer pacer(ResponseShaping shaping) {
    return new Pacer(
        shaping == ResponseShaping.ON
            ? ResponseShaper.of(ShapingRates.DEFAULT)
            : ResponseShaper.unshaped(),
        engine.clock(),
        engine.timers());
  }

  private static List<VersionedFunction> versioned(List<EmulatedFunction> functions) {
    return functions.stream().map(EmulatedFunction::versioned).toList();
  }

  /** Begins to answer callers. */
  void serve(List<Api> apis, HttpListener listener) {
    gateway.serve(apis);
    listener.serve(
        engine.gatekeeper().forApis(OpenRequests.of(engine, gateway)), Gateway::answerFault);
  }

  /** Callers reach these APIs from now on, and they these functions. */
  void replace(List<Api> apis, List<EmulatedFunction> others) {
    functions.replace(versioned(others));
    gateway.serve(apis);
  }

  /** Lets all authorizers be asked again, because the code of functions has changed. */
  void forgetAnswers() {
    gateway.forgetAnswers();
  }

  private GatewayFunction find(FunctionTarget target) throws UnavailableFunctionException {
    VersionedFunction function = functions.named(target.name());
    InvokedVersion version;
    try {
      version =
          function == null
              ? null
              : function.target(target.qualifier(), () -> ThreadLocalRandom.current().nextDouble());
    } catch (ServiceException e) {
      throw new UnavailableFunctionException(
          "function " + target + " cannot be invoked: " + e.getMessage());
    }
    if (version == null) {
      throw new UnavailableFunctionException("there is no function " + target);
    }
    return new Invoked(version);
  }

  /** A version of a function as APIs invoke it. */
  private record Invoked(InvokedVersion version) implements GatewayFunction {

    @Override
    public FunctionDescription description() {
      return version.description();
    }

    @Override
    public String invokedArn() {
      return version.arn();
    }

    @Override
    public String executedVersion() {
      return version.version();
    }

    @Override
    public boolean isolatesTenants() {
      return version.function().isolatesTenants();
    }

    @Override
    public void invoke(Invocation invocation) {
      if (version.function().rate().permits()) {
        version.function().fleet().invoke(invocation);
      } else {
        invocation.payload().release();
        invocation.sink().complete(new Outcome.Rejected(Outcome.Rejection.FUNCTION_BUSY));
      }
    }

    @Override
    public void callerGone(Invocation invocation) {
      version.function().fleet().callerGone(invocation);
    }

    @Override
    public void throttled() {
      version.function().throttles().increment();
    }
  }
}
