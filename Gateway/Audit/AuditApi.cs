using System.Security.Claims;
using System.Text.RegularExpressions;
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
        .WithName("audit.list").WithTags("Admin").WithSummary("Lists who did what to which resource, newest first. Admins only.")
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

/// <summary>The filters of <c>GET /v1/admin/audit</c>.</summary>
/// <param name="Actor">An account's id.</param>
/// <param name="Resource">A resource, such as <c>stream/</c> and its id.</param>
/// <param name="Action">An operation, such as <c>streams.update</c>.</param>
public readonly partial record struct AuditQuery(string? Actor, string? Resource, string? Action)
{
    /// <summary>The filter, or the errors of each field of the query.</summary>
    public (AuditFilter Filter, IReadOnlyList<FieldProblem> Problems) ToFilter()
    {
        List<FieldProblem> problems = [];
        Guid? actorId = Guid.TryParseExact(Actor, "D", out var id) ? id : null;
        if (Actor is not null && actorId is null)
            problems.Add(new FieldProblem("actor", "Expected the id of an account.", FieldCodes.NotAnId));
        if (Resource is not null && !ResourceForm().IsMatch(Resource))
            problems.Add(new FieldProblem("resource", "Expected a kind and an id, such as stream/01900000-0000-7000-8000-000000000001.", FieldCodes.Malformed));
        if (Action is not null && !ActionForm().IsMatch(Action))
            problems.Add(new FieldProblem("action", "Expected the name of an operation, such as streams.update.", FieldCodes.Malformed));
        return (new AuditFilter(actorId, Resource, Action), problems);
    }

    [GeneratedRegex(@"\A[a-z][a-z-]{0,39}/[0-9a-f-]{1,64}\z")]
    private static partial Regex ResourceForm();

    [GeneratedRegex(@"\A[a-z][a-z_]{0,39}(\.[a-z][a-z_]{0,39}){1,3}\z")]
    private static partial Regex ActionForm();
}

/// <summary>An entry of <c>GET /v1/admin/audit</c>.</summary>
/// <param name="EntryId">The entry.</param>
/// <param name="At">When it happened.</param>
/// <param name="ActorId">The account that acted; null for none.</param>
/// <param name="ActorKind"><c>account</c>, <c>api_key</c>, <c>anonymous</c> or <c>operator</c>.</param>
/// <param name="Action">The operation of this API, such as <c>streams.update</c>.</param>
/// <param name="Resource">The affected resource, such as <c>stream/…</c>.</param>
/// <param name="Detail">Further details, such as the names of changed fields.</param>
/// <param name="Address">Where the request came from.</param>
/// <param name="RequestId">The id of the request.</param>
public sealed record AuditResponse(
    Guid EntryId, DateTimeOffset At, Guid? ActorId, string ActorKind, string Action, string Resource, string? Detail, string? Address, string? RequestId)
{
    /// <summary>Maps the entry that the grain returns.</summary>
    public static AuditResponse From(AuditEntry entry) => new(
        entry.EntryId, entry.At, entry.ActorId, entry.ActorKind, entry.Action, entry.Resource, entry.Detail, entry.Address, entry.RequestId);
}
