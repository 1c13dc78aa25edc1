package dev.rapid.emulator.fn;

import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.SandboxState;
import dev.rapid.fnrunner.CallModel;
import dev.rapid.fnrunner.RunnerFunction;
import dev.rapid.fnrunner.RunnerFunctions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** The functions as a runner knows them. They may be replaced while it runs. */
public final class FnCalls implements RunnerFunctions {

  private final IntSupplier totalMegabytes;
  private volatile Functions functions;

  private record Functions(List<FnFunction> all, FunctionChoice<FnFunction> choice) {

    static Functions of(List<FnFunction> all) {
      return new Functions(List.copyOf(all), new FunctionChoice<>(all, FnFunction::binding));
    }
  }

  /**
   * Creates calls of these functions.
   *
   * @param totalMegabytes returns the most memory that workers may be counted with, in MiB
   */
  public FnCalls(List<FnFunction> functions, IntSupplier totalMegabytes) {
    this.totalMegabytes = totalMegabytes;
    this.functions = Functions.of(functions);
  }

  /** Later calls are for these functions. */
  public void replace(List<FnFunction> next) {
    functions = Functions.of(next);
  }

  @Override
  public @Nullable RunnerFunction find(CallModel call) {
    FnFunction function = functions.choice().of(call);
    return function == null ? null : function.workers().apply(call);
  }

  @Override
  public int totalMegabytes() {
    return totalMegabytes.getAsInt();
  }

  @Override
  public Map<String, String> status() {
    Map<String, String> numbers = new TreeMap<>();
    Counts total = new Counts();
    for (FnFunction each : functions.all()) {
      Counts ofFunction = new Counts();
      each.fleets().get().stream()
          .flatMap(fleet -> fleet.states().stream())
          .forEach(ofFunction::add);
      total.add(ofFunction);
      ofFunction.putInto(numbers, each.name() + ".");
    }
    total.putInto(numbers, "");
    return numbers;
  }

  /** How many sandboxes do what. */
  private static final class Counts {

    private int idle;
    private int busy;
    private int starting;

    void add(SandboxState sandbox) {
      switch (sandbox.phase()) {
        case Phase.Serving serving when serving.running().isEmpty() -> idle++;
        case Phase.Serving serving -> busy++;
        case Phase.Initializing initializing -> starting++;
        case Phase.Restoring restoring -> starting++;
        default -> {
          // It has no process, or the processes end.
        }
      }
    }

    void add(Counts other) {
      idle += other.idle;
      busy += other.busy;
      starting += other.starting;
    }

    void putInto(Map<String, String> numbers, String prefix) {
      numbers.put(prefix + "idle", Integer.toString(idle));
      numbers.put(prefix + "busy", Integer.toString(busy));
      numbers.put(prefix + "starting", Integer.toString(starting));
    }
  }
}
