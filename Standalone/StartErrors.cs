using AudioOrleans.Standalone.Postgres;

namespace AudioOrleans.Standalone;

/// <summary>What people read when the platform cannot start for want of something on this machine.</summary>
public static class StartErrors
{
    /// <summary>Has the sentence that says what to install stand alone on standard error, without a stack trace; the exit code is 1.</summary>
    public static void ShowPlainly() => AppDomain.CurrentDomain.UnhandledException += (_, error) =>
    {
        if (error.ExceptionObject is not PrivatePostgresException missing)
            return;
        Console.Error.WriteLine(missing.Message);
        Environment.Exit(1);
    };
}
