package dev.rapid.emulator.fn;

import dev.rapid.emulator.settings.FnBinding;
import dev.rapid.fnrunner.CallModel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the function that a call names: by the id of the function, by its image, by its app, or the
 * one that takes all other calls (contract fn-runner, section 4.1).
 *
 * @param <F> the functions
 */
final class FunctionChoice<F> {

  private final Map<String, F> byId = new HashMap<>();
  private final Map<ImageReference, F> byImage = new HashMap<>();
  private final Map<String, F> byRepository = new HashMap<>();
  private final Map<String, F> byApp = new HashMap<>();
  private @Nullable F catchAll;

  /**
   * Creates a choice of functions. Of two that claim the same, the first one gets the calls.
   *
   * @param bindings says which calls are for a function
   */
  FunctionChoice(List<F> functions, Function<F, FnBinding> bindings) {
    Set<String> shared = new HashSet<>();
    for (F each : functions) {
      FnBinding binding = bindings.apply(each);
      binding.fnIds().forEach(id -> byId.putIfAbsent(id, each));
      for (String image : binding.images()) {
        ImageReference reference = ImageReference.parse(image);
        byImage.putIfAbsent(reference.complete(), each);
        if (reference.version() == null) {
          byRepository.putIfAbsent(reference.repository(), each);
        }
      }
      String app = binding.app();
      if (app != null && byApp.put(app, each) != null) {
        shared.add(app);
      }
      if (binding.catchAll() && catchAll == null) {
        catchAll = each;
      }
    }
    // An app names a function only if it has just this one.
    byApp.keySet().removeAll(shared);
  }

  /** Returns the function that a call names, null if there is none. */
  @Nullable F of(CallModel call) {
    F function = byId.get(call.fnId());
    if (function == null && !call.image().isEmpty()) {
      ImageReference image = ImageReference.parse(call.image());
      function = byImage.get(image.complete());
      if (function == null) {
        function = byRepository.get(image.repository());
      }
    }
    if (function == null) {
      function = byApp.get(call.appName());
    }
    return function == null ? catchAll : function;
  }
}
