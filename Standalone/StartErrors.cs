using AudioOrleans.Configuration;
using AudioOrleans.Persistence.Secrets;
using AudioOrleans.Standalone.Postgres;

namespace AudioOrleans.Standalone;

/// <summary>What people read when the platform cannot start for want of something on this machine, or because a setting is wrong.</summary>
public static class StartErrors
{
    /// <summary>Prints the sentence that says what to install or to set on standard error, without a stack trace; the exit code is 1.</summary>
    public static void ShowPlainly() => AppDomain.CurrentDomain.UnhandledException += (_, error) =>
    {
        var message = error.ExceptionObject is PrivatePostgresException or MasterKeyException ? ((Exception)error.ExceptionObject).Message : WrongSetting.Describe(error.ExceptionObject);
        if (message is null)
            return;
        Console.Error.WriteLine(message);
        Environment.Exit(1);
    };
}
