using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Billing;
using AudioOrleans.Persistence.Billing;
using AudioOrleans.Persistence.GrainStates;

namespace AudioOrleans.Grains.Billing;

/// <summary>One plan. What subscribers have agreed to stands in their subscriptions.</summary>
[GrainType("plan")]
public sealed class PlanGrain([CommittedState("plan")] ICommittedState<PlanState> stored, BillingTables tables, IBilling billing, TimeProvider time) : Grain, IPlanGrain
{
    private const int MostPlans = 50;

    private Guid Id => GrainKeys.ParseId(this.GetPrimaryKeyString());

    /// <inheritdoc/>
    public async Task<PlanOutcome> Create(CreatePlan command)
    {
        if (stored.Exists)
            return stored.State.OwnerId == command.OwnerId ? new PlanOutcome(ToDetails(), [], []) : throw new AudioException(AudioError.Conflict, "Plan exists already");
        if (await FindProblems(command.OwnerId, command.Fields, isNew: true) is { IsEmpty: false } problems)
            return new PlanOutcome(null, [], problems);
        if (await tables.CountPlansAsync(command.OwnerId, CancellationToken.None) >= MostPlans)
            throw new AudioException(AudioError.Conflict, $"An account has at most {MostPlans} plans that take subscribers");
        var state = PlanRules.Create(command, time.GetUtcNow());
        var published = await billing.PublishAsync(Id, state.Fields, null);
        await stored.Commit(state with { Published = published });
        return new PlanOutcome(ToDetails(), [], []);
    }

    /// <inheritdoc/>
    public Task<PlanDetails> Get()
    {
        CheckExists();
        return Task.FromResult(ToDetails());
    }

    /// <inheritdoc/>
    public async Task<PlanOutcome> Update(Caller caller, PlanFields changes, long? expectedRevision)
    {
        OwnedBy(caller);
        Revisions.Require(expectedRevision, stored.State.Revision, "Plan");
        if (stored.State.Retired)
            throw new AudioException(AudioError.Conflict, "The plan is retired");
        if (await FindProblems(stored.State.OwnerId, changes, isNew: false) is { IsEmpty: false } problems)
            return new PlanOutcome(null, [], problems);
        var fields = PlanRules.Merge(stored.State.Fields, changes);
        var changed = PlanRules.Compare(stored.State.Fields, fields);
        if (changed.IsEmpty)
            return new PlanOutcome(ToDetails(), changed, []);
        var published = await billing.PublishAsync(Id, fields, stored.State.Published);
        await stored.Commit(state => state with { Fields = fields, Published = published, Revision = state.Revision + 1 });
        return new PlanOutcome(ToDetails(), changed, []);
    }

    /// <inheritdoc/>
    public async Task Retire(Caller caller)
    {
        OwnedBy(caller);
        if (stored.State.Retired)
            return;
        await billing.RetireAsync(stored.State.Published!);
        await stored.Commit(state => state with { Retired = true, Revision = state.Revision + 1 });
    }

    private async Task<ImmutableArray<FieldProblem>> FindProblems(Guid ownerId, PlanFields fields, bool isNew)
    {
        var problems = PlanRules.Check(fields, isNew);
        if (!problems.IsEmpty || fields.Covers is not { IsEmpty: false } covers)
            return problems;
        Guid[] IdsOf(CoveredKind kind) => [.. covers.Where(one => one.Kind == kind).Select(one => one.Id)];
        var foreign = await tables.FindForeignAsync(ownerId, IdsOf(CoveredKind.Stream), IdsOf(CoveredKind.Playlist), IdsOf(CoveredKind.Podcast), CancellationToken.None);
        return [.. covers.Select((one, i) => (one, i)).Where(pair => foreign.Contains(pair.one.Id)).Select(pair =>
            new FieldProblem($"covers[{pair.i}].id", "Expected the id of a stream, playlist or podcast of the same account.", FieldCodes.NotAnId))];
    }

    private PlanDetails ToDetails() => PlanRules.ToDetails(Id, stored.State);

    private void OwnedBy(Caller caller)
    {
        CheckExists();
        if (!caller.Owns(stored.State.OwnerId))
            throw new AudioException(AudioError.Forbidden, "Plan belongs to somebody else");
    }

    private void CheckExists()
    {
        if (stored.Exists)
            return;
        DeactivateOnIdle(); // No activation is kept for ids that do not exist.
        throw new AudioException(AudioError.NotFound, "Plan not found");
    }
}
