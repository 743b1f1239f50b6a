using System.Globalization;
using System.Text.RegularExpressions;
using AudioOrleans.Bench.Measuring;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Bench.Load;

/// <summary>Requests as fast as they are answered, by wrk with two threads and 64 connections.</summary>
internal static partial class Wrk
{
    public const int Seconds = 5;

    /// <summary>Throws unless every answer was a success.</summary>
    /// <param name="url">What is asked for.</param>
    /// <param name="script">A script that makes the requests; null for the address alone.</param>
    /// <param name="server">The processes that answer.</param>
    public static async Task<Rate> RunAsync(Uri url, string? script, int[] server)
    {
        var before = Usage.Of(server);
        var run = await ProcessRunner.RunAsync(
            new ProcessCommand("wrk", ["-t2", "-c64", $"-d{Seconds}s", .. script is null ? Array.Empty<string>() : ["-s", script], url.ToString()]),
            TimeSpan.FromSeconds(Seconds + 20), TimeProvider.System);
        if (run.Text.Contains("Non-2xx", StringComparison.Ordinal) || run.Text.Contains("Socket errors", StringComparison.Ordinal))
            throw new InvalidOperationException($"Requests to {url} failed:\n{run.Text}");
        var cpu = Usage.Of(server).Cpu - before.Cpu;
        return new Rate(Number(RequestRate(), run.Text), cpu.TotalMicroseconds / Number(RequestCount(), run.Text));
    }

    private static double Number(Regex pattern, string text) => double.Parse(pattern.Match(text).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex RequestCount();

    [GeneratedRegex(@"Requests/sec:\s*([\d.]+)")]
    private static partial Regex RequestRate();
}

/// <summary>What a server did, and how long it had a core for each request: the second hardly depends on who else wants the cores.</summary>
internal sealed record Rate(double PerSecond, double Microseconds)
{
    public static string Text(List<Rate> rates) =>
        $"{Table.Text(rates.Select(rate => rate.PerSecond).Median())} /s, {Table.Text(rates.Select(rate => rate.Microseconds).Median())} us CPU each";
}
