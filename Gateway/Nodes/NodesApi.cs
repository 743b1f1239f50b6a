using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Nodes;

namespace AudioOrleans.Gateway.Nodes;

/// <summary>The nodes of the platform, for admins.</summary>
public static class NodesApi
{
    /// <summary>Adds the route.</summary>
    public static void MapNodes(this IEndpointRouteBuilder routes) => routes.MapGet("/admin/nodes", ListAsync).RequireAuthorization(Scopes.Admin)
        .WithName("nodes.list").WithTags("Admin").WithSummary("Lists the nodes that reported within the last five seconds, and how busy they are. Admins only.")
        .Produces<ListResponse<NodeResponse>>()
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> ListAsync(IGrainFactory grains)
    {
        var nodes = await grains.GetGrain<INodeDirectoryGrain>(GrainKeys.Shared).List();
        return TypedResults.Ok(new ListResponse<NodeResponse>([.. nodes.Select(NodeResponse.From)], null));
    }
}

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
