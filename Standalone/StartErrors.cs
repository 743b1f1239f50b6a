using AudioOrleans.Configuration;
using AudioOrleans.Persistence.Secrets;
using AudioOrleans.Standalone.Postgres;

namespace AudioOrleans.Standalone;

/// <summary>The message shown when the platform cannot start because something is missing on this machine, or a setting is invalid.</summary>
public static class StartErrors
{
    /// <summary>Prints what to install or to set to standard error, without a stack trace; the exit code is 1.</summary>
    public static void ShowPlainly() => AppDomain.CurrentDomain.UnhandledException += (_, error) =>
    {
        var message = error.ExceptionObject is PrivatePostgresException or MasterKeyException ? ((Exception)error.ExceptionObject).Message : WrongSetting.Describe(error.ExceptionObject);
        if (message is null)
            return;
        Console.Error.WriteLine(message);
        Environment.Exit(1);
    };
}
