using AudioOrleans.Grains.Interfaces.Nodes;

namespace AudioOrleans.Gateway.Nodes;

/// <summary>A node of <c>GET /v1/admin/nodes</c>.</summary>
/// <param name="Name">The node's name, as in the status of the streams that it relays.</param>
/// <param name="Draining">Whether it is handing over its streams because it is about to stop.</param>
/// <param name="Relays">The number of streams that it relays.</param>
/// <param name="Cores">The number of its cores.</param>
/// <param name="CpuShare">The CPU usage of its cores over the last ten seconds, 0 to 1.</param>
/// <param name="MemoryShare">The share of its memory in use, 0 to 1.</param>
/// <param name="StartedAt">When it started.</param>
public sealed record NodeResponse(string Name, bool Draining, int Relays, int Cores, double CpuShare, double MemoryShare, DateTimeOffset StartedAt)
{
    /// <summary>Maps the report that the directory returns.</summary>
    public static NodeResponse From(NodeReport report) =>
        new NodeResponse(
            report.Name, report.Draining, report.Relays, report.Cores, report.CpuShare, report.MemoryShare, report.StartedAt);
}
