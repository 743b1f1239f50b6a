using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace AudioOrleans.Bench.Measuring;

/// <summary>Where the figures come from, and how quiet it was there.</summary>
internal static class Machine
{
    private const int PageSize = 4096;

    public static string Describe()
    {
        var cpu = Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        var memory = long.Parse((Field("/proc/meminfo", "MemTotal") ?? "0 kB").Split(' ')[0], CultureInfo.InvariantCulture) / 1024.0 / 1024;
        var system = Field("/etc/os-release", "PRETTY_NAME", '=')?.Trim('"');
        return $"{Environment.ProcessorCount} cores ({cpu}), {memory:0.#} GiB, {system}, Linux {Environment.OSVersion.Version}, .NET {Environment.Version}, Microsoft Orleans {OrleansVersion()}";
    }

    private static string OrleansVersion() =>
        typeof(Grain).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+', ' ')[0].TrimEnd('.');

    public static string Now() => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>How many processes wanted a core during the last minute: figures are only worth something when this is small at the start.</summary>
    public static string Load() => $"load before: {File.ReadAllText("/proc/loadavg").Split(' ')[0]}";

    /// <summary>What the kernel holds in the buffers of all TCP sockets, in bytes.</summary>
    public static long TcpMemory()
    {
        var words = (Field("/proc/net/sockstat", "TCP") ?? "mem 0").Split(' ');
        return long.Parse(words[Array.IndexOf(words, "mem") + 1], CultureInfo.InvariantCulture) * PageSize;
    }

    private static string? Field(string file, string name, char separator = ':') => File.ReadLines(file)
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.AsSpan(name.Length).TrimStart().StartsWith([separator]))
        .Select(line => line[(line.IndexOf(separator, StringComparison.Ordinal) + 1)..].Trim())
        .FirstOrDefault();
}
