using System.Globalization;

namespace AudioOrleans.Silo.Cluster;

/// <summary>The load of this machine, from Linux's <c>/proc</c>.</summary>
public sealed class NodeMeter
{
    /// <summary>The weight of the newest measurement, one a second: the share averages about the last ten seconds.</summary>
    private const double Newest = 0.1;

    private (long Busy, long All) _last = ReadCpu();
    private double _cpuShare;

    /// <summary>The share of its cores that was busy recently, 0 to 1: a short peak must not deter placements.</summary>
    public double CpuShare()
    {
        var (before, now) = (_last, ReadCpu());
        _last = now;
        if (now.All > before.All)
            _cpuShare += Newest * (Math.Clamp((now.Busy - before.Busy) / (double)(now.All - before.All), 0, 1) - _cpuShare);
        return _cpuShare;
    }

    /// <summary>The share of its memory that is in use, 0 to 1.</summary>
    public static double MemoryShare()
    {
        var kilobytes = File.ReadLines("/proc/meminfo").Take(5)
            .Select(line => line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(words => words[0], words => long.Parse(words[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        return 1 - (kilobytes["MemAvailable"] / (double)kilobytes["MemTotal"]);
    }

    // "cpu user nice system idle iowait irq softirq steal ..."; waiting for a disk does not count as busy.
    private static (long Busy, long All) ReadCpu()
    {
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
            .Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return (ticks.Sum() - ticks[3] - ticks[4], ticks.Sum());
    }
}
