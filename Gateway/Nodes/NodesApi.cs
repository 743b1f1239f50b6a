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
        .WithName("nodes.list").WithTags("Admin").WithSummary("The nodes that reported within the last five seconds, and how busy they are. Admins only.")
        .Produces<ListResponse<NodeResponse>>()
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> ListAsync(IGrainFactory grains)
    {
        var nodes = await grains.GetGrain<INodeDirectoryGrain>(GrainKeys.Shared).List();
        return TypedResults.Ok(new ListResponse<NodeResponse>([.. nodes.Select(NodeResponse.From)], null));
    }
}
