using AudioOrleans.Grains.Interfaces.Nodes;

namespace AudioOrleans.Gateway.Nodes;

/// <summary>A node of <c>GET /v1/admin/nodes</c>.</summary>
/// <param name="Name">The node's name, as it stands in the status of the streams that it relays.</param>
/// <param name="Draining">Whether it is giving its streams away because it is about to stop.</param>
/// <param name="Relays">How many streams it relays.</param>
/// <param name="Cores">How many cores it has.</param>
/// <param name="CpuShare">How busy its cores were over the last ten seconds, 0 to 1.</param>
/// <param name="MemoryShare">How much of its memory is in use, 0 to 1.</param>
/// <param name="StartedAt">Since when it runs.</param>
public sealed record NodeResponse(string Name, bool Draining, int Relays, int Cores, double CpuShare, double MemoryShare, DateTimeOffset StartedAt)
{
    /// <summary>From what the directory tells.</summary>
    public static NodeResponse From(NodeReport report) =>
        new NodeResponse(
            report.Name, report.Draining, report.Relays, report.Cores, report.CpuShare, report.MemoryShare, report.StartedAt);
}
