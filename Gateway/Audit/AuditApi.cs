using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Audit;

namespace AudioOrleans.Gateway.Audit;

/// <summary>The audit trail, for admins.</summary>
public static class AuditApi
{
    /// <summary>Adds the route.</summary>
    public static void MapAudit(this IEndpointRouteBuilder routes) => routes.MapGet("/admin/audit", ListAsync).RequireAuthorization(Scopes.Admin)
        .WithName("audit.list").WithTags("Admin").WithSummary("Who did what to which resource, newest first. Admins only.")
        .Produces<ListResponse<AuditResponse>>().ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> ListAsync([AsParameters] AuditQuery query, [AsParameters] ListQuery list, ClaimsPrincipal user, IGrainFactory grains)
    {
        var (filter, problems) = query.ToFilter();
        if (problems.Count > 0)
            return ProblemJson.Invalid(problems);
        var page = await grains.GetGrain<IAuditGrain>(GrainKeys.Shared).List(user.ToCaller(), filter, list.ToPage());
        return TypedResults.Ok(page.ToAnswer(AuditResponse.From));
    }
}
