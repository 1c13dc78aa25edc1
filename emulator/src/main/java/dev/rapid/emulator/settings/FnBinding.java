package dev.rapid.emulator.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which calls of an Fn load balancer are for a function (contract fn-runner, section 4.1).
 *
 * @param fnIds the function ids of Fn
 * @param images references of images, with or without a tag
 * @param app the name of an app of which this is the only function here, null if there is none
 * @param catchAll whether it takes the calls that no other function takes
 */
public record FnBinding(
    List<String> fnIds, List<String> images, @Nullable String app, boolean catchAll) {

  /** No calls are for it. */
  public static final FnBinding NONE = new FnBinding(List.of(), List.of(), null, false);

  /** Copies the lists. */
  public FnBinding {
    fnIds = List.copyOf(fnIds);
    images = List.copyOf(images);
  }
}
