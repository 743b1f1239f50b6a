using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Nodes;
using Audio.Orleans.Gateway.Authentication;
using Audio.Orleans.Gateway.Hosting;

namespace Audio.Orleans.Gateway.Nodes;

/// <summary>The nodes of the platform, for admins.</summary>
public static class NodesApi
{
    /// <summary>Adds the route.</summary>
    public static void MapNodes(this IEndpointRouteBuilder routes) => routes.MapGet("/admin/nodes", ListAsync).RequireAuthorization(Scopes.Admin)
        .WithName("nodes.list").WithTags("Admin").WithSummary("The nodes that reported within the last five seconds, and how busy they are. Admins only.")
        .Produces<ListAnswer<NodeAnswer>>()
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> ListAsync(IGrainFactory grains)
    {
        var nodes = await grains.GetGrain<INodeDirectoryGrain>(GrainKeys.Shared).List();
        return TypedResults.Ok(new ListAnswer<NodeAnswer>([.. nodes.Select(NodeAnswer.From)], null));
    }
}
