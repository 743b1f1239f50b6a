using System.Text.RegularExpressions;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Audit;

namespace AudioOrleans.Gateway.Audit;

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
            problems.Add(new FieldProblem("actor", "Expected an account's id.", FieldCodes.NotAnId));
        if (Resource is not null && !ResourceForm().IsMatch(Resource))
            problems.Add(new FieldProblem("resource", "Expected a kind and an id, such as stream/01900000-0000-7000-8000-000000000001.", FieldCodes.Malformed));
        if (Action is not null && !ActionForm().IsMatch(Action))
            problems.Add(new FieldProblem("action", "Expected an operation's name, such as streams.update.", FieldCodes.Malformed));
        return (new AuditFilter(actorId, Resource, Action), problems);
    }

    [GeneratedRegex(@"\A[a-z][a-z-]{0,39}/[0-9a-f-]{1,64}\z")]
    private static partial Regex ResourceForm();

    [GeneratedRegex(@"\A[a-z][a-z_]{0,39}(\.[a-z][a-z_]{0,39}){1,3}\z")]
    private static partial Regex ActionForm();
}
