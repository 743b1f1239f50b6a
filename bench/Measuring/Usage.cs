using System.Globalization;

namespace AudioOrleans.Bench.Measuring;

/// <summary>What a process has used so far, as the kernel counts it.</summary>
/// <param name="Cpu">Time on a core, in user and kernel mode, of the process alone.</param>
/// <param name="Resident">Resident memory in bytes, shared pages included.</param>
/// <param name="At">When it was read.</param>
internal readonly record struct Usage(TimeSpan Cpu, long Resident, long At)
{
    private const double TicksPerSecond = 100; // USER_HZ, fixed in Linux' ABI.

    public static Usage Of(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return new Usage(TimeSpan.FromSeconds(ticks / TicksPerSecond), Kilobytes($"/proc/{processId}/status", "VmRSS:") * 1024, TimeProvider.System.GetTimestamp());
    }

    /// <summary>Several processes as one.</summary>
    public static Usage Of(IEnumerable<int> processIds) => processIds.Select(Of).Aggregate(
        new Usage(TimeSpan.Zero, 0, TimeProvider.System.GetTimestamp()),
        (sum, usage) => sum with { Cpu = sum.Cpu + usage.Cpu, Resident = sum.Resident + usage.Resident });

    /// <summary>A process' share of what it maps, in bytes: pages used by several count to each in part.</summary>
    public static long Proportional(int processId) => Kilobytes($"/proc/{processId}/smaps_rollup", "Pss:") * 1024;

    /// <summary>The children of a process that run this program.</summary>
    public static int[] Children(int processId, string program) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Where(id => IsChild(id, processId, program)),
    ];

    /// <summary>The percentage of one core that was used since an earlier reading.</summary>
    public double PercentSince(Usage earlier) => 100 * (Cpu - earlier.Cpu) / TimeProvider.System.GetElapsedTime(earlier.At, At);

    private static bool IsChild(int processId, int parent, string program)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat.Contains($"({program})", StringComparison.Ordinal)
                && stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == parent.ToString(CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return false; // It has ended meanwhile.
        }
    }

    private static long Kilobytes(string file, string field) => long.Parse(
        File.ReadLines(file).First(line => line.StartsWith(field, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
