using System.Collections.Immutable;

namespace AudioOrleans.RelayHost.Processes;

/// <summary>The base class of all child process failures.</summary>
public abstract class ProcessException(string fileName, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The program as the command named it.</summary>
    public string FileName { get; } = fileName;
}

/// <summary>The program could not be started: no such user or folder, or too many processes.</summary>
public class ProcessStartException(string fileName, string reason, Exception? inner = null)
    : ProcessException(fileName, $"{fileName} could not be started: {reason}", inner);

/// <summary>The program is not installed; the message names the Debian package if it is a known one.</summary>
public sealed class ProcessNotFoundException(string fileName, string? package) : ProcessStartException(
    fileName, "no such executable" + (package is null ? "." : $". Install the package '{package}' (apt-get install {package})."))
{
    /// <summary>The Debian package that contains the program, or null if unknown.</summary>
    public string? Package { get; } = package;
}

/// <summary>The program exited with a code other than zero.</summary>
public sealed class ProcessFailedException(string fileName, ProcessExit exit) : ProcessException(
    fileName, $"{fileName} ended with {Describe(exit)}{ProcessErrors.Quote(exit.ErrorTail)}")
{
    /// <summary>The exit code, see <see cref="ProcessExit.ExitCode"/>.</summary>
    public int ExitCode { get; } = exit.ExitCode;

    /// <summary>The last lines of standard error.</summary>
    public ImmutableArray<string> ErrorTail { get; } = exit.ErrorTail;

    private static string Describe(ProcessExit exit) =>
        exit.Signal is { } signal ? $"signal {signal}" : $"exit code {exit.ExitCode}";
}

/// <summary>The program exceeded its timeout and was stopped.</summary>
public sealed class ProcessTimeoutException(string fileName, TimeSpan timeout, ImmutableArray<string> errorTail) : ProcessException(
    fileName, $"{fileName} did not end within {timeout.TotalSeconds:0.###} s{ProcessErrors.Quote(errorTail)}")
{
    /// <summary>The last lines of standard error.</summary>
    public ImmutableArray<string> ErrorTail { get; } = errorTail;
}

/// <summary>The program wrote more to standard output than the caller accepts and was stopped.</summary>
public sealed class ProcessOutputTooLargeException(string fileName, int maximalBytes) : ProcessException(
    fileName, $"{fileName} wrote more than {maximalBytes} bytes to standard output.")
{
    /// <summary>The limit, in bytes.</summary>
    public int MaximalBytes { get; } = maximalBytes;
}

internal static class ProcessErrors
{
    public static string Quote(ImmutableArray<string> lines) => lines.IsEmpty ? "." : ": " + string.Join(" | ", lines);
}
