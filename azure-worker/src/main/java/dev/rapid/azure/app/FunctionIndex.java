package dev.rapid.azure.app;

import java.util.List;

/** Finds out which functions an app has (contract azure-functions-worker, section 6.2). */
public interface FunctionIndex {

  /**
   * Returns the functions that the files of the app describe (contract azure-functions-worker,
   * section 10.1). Reads files.
   *
   * @throws InvalidAppException if the app cannot be read
   */
  List<AppFunction> ofHost() throws InvalidAppException;

  /**
   * Checks a function that the worker described. One that the worker could not index may have
   * anything else wrong besides.
   *
   * @throws InvalidAppException if it cannot be invoked; the message names it
   */
  AppFunction ofWorker(ReportedFunction reported) throws InvalidAppException;
}
