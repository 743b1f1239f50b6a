using AudioOrleans.Grains.Accounts;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.ApiKeys;
using AudioOrleans.Persistence.GrainStates;

namespace AudioOrleans.Grains.ApiKeys;

/// <inheritdoc cref="IApiKeysGrain"/>
[GrainType("api-keys")]
public sealed class ApiKeysGrain([CommittedState("api-keys")] ICommittedState<ApiKeysState> stored, TimeProvider time) : Grain, IApiKeysGrain
{
    private Guid OwnerId => GrainKeys.ParseId(this.GetPrimaryKeyString());

    /// <inheritdoc/>
    public async Task<ApiKeyOutcome> Create(CreateApiKey command)
    {
        var owner = await GrainFactory.GetGrain<IAccountGrain>(this.GetPrimaryKeyString()).GetProfile() ?? throw new AudioException(AudioError.NotFound, "Account not found");
        var now = time.GetUtcNow();
        var problems = ApiKeyRules.Check(command, AccountRules.ScopesOf(owner.Role), now);
        if (!problems.IsEmpty)
            return new ApiKeyOutcome(null, null, problems);
        var others = stored.State.Keys.Where(key => key.KeyId != command.KeyId).ToImmutableArray();
        if (others.Length >= ApiKeyRules.MostKeys)
            throw new AudioException(AudioError.Conflict, $"An account has at most {ApiKeyRules.MostKeys} API keys; delete one first");
        var token = ApiKeyToken.Create(OwnerId, command.KeyId);
        var key = new ApiKey(command.KeyId, command.Name.Trim(), ApiKeyToken.PrefixOf(token), OpaqueToken.Hash(token), [.. command.Scopes.Distinct()], now, command.ExpiresAt, null);
        await Write([.. others, key]);
        return new ApiKeyOutcome(ToDetails(key), token, []);
    }

    /// <inheritdoc/>
    public Task<Page<ApiKeyDetails>> List(PageRequest page)
    {
        var after = Cursor.ParseTimeAndId(page.Cursor);
        var rest = stored.State.Keys.OrderByDescending(SortKey).Where(key => after is null || SortKey(key).CompareTo(after.Value) < 0).Take(page.Limit + 1).ToList();
        return Task.FromResult(Cursor.Paginate(rest, page.Limit, ToDetails, key => Cursor.Format(key.CreatedAt.UtcTicks, key.KeyId)));

        static (DateTime, Guid) SortKey(ApiKey key) => (key.CreatedAt.UtcDateTime, key.KeyId);
    }

    /// <inheritdoc/>
    public async Task Revoke(Guid keyId)
    {
        var rest = stored.State.Keys.RemoveAll(key => key.KeyId == keyId);
        if (rest.Length == stored.State.Keys.Length)
            throw new AudioException(AudioError.NotFound, "API key not found");
        await Write(rest);
    }

    /// <inheritdoc/>
    public Task RevokeAll() => stored.State.Keys.IsEmpty ? Task.CompletedTask : Write([]);

    /// <inheritdoc/>
    public Task<ImmutableArray<ApiKeyVerifier>> GetVerifiers() =>
        Task.FromResult<ImmutableArray<ApiKeyVerifier>>([.. stored.State.Keys.Select(key => new ApiKeyVerifier(key.KeyId, key.Hash, key.Scopes, key.ExpiresAt))]);

    /// <inheritdoc/>
    public async Task NoteUse(Guid keyId, DateTimeOffset at)
    {
        if (stored.State.Keys.FirstOrDefault(key => key.KeyId == keyId) is { } used && (used.LastUsedAt is null || used.LastUsedAt < at))
            await Write(stored.State.Keys.Replace(used, used with { LastUsedAt = at }));
    }

    private Task Write(ImmutableArray<ApiKey> keys) => stored.Commit(new ApiKeysState { Keys = keys });

    private static ApiKeyDetails ToDetails(ApiKey key) => new(key.KeyId, key.Name, key.Prefix, key.Scopes, key.CreatedAt, key.ExpiresAt, key.LastUsedAt);
}
