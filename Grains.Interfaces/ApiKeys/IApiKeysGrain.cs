namespace AudioOrleans.Grains.Interfaces.ApiKeys;

/// <summary>The API keys of an account, for DJ tooling. Key: <see cref="GrainKeys.Account"/>.</summary>
[Alias("audio.api-keys.IApiKeysGrain")]
public interface IApiKeysGrain : IGrainWithStringKey
{
    /// <summary>Creates a key.</summary>
    /// <exception cref="AudioException">Conflict: the account has the maximum number of keys.</exception>
    [Alias("Create")]
    Task<ApiKeyOutcome> Create(CreateApiKey command);

    /// <summary>The keys, newest first.</summary>
    /// <exception cref="AudioException">Invalid: the cursor is not one of ours.</exception>
    [AlwaysInterleave, Alias("List")]
    Task<Page<ApiKeyDetails>> List(PageRequest page);

    /// <summary>Revokes a key.</summary>
    /// <exception cref="AudioException">NotFound.</exception>
    [Alias("Revoke")]
    Task Revoke(Guid keyId);

    /// <summary>Revokes all keys.</summary>
    [Alias("RevokeAll")]
    Task RevokeAll();

    /// <summary>The data that keys are checked against.</summary>
    [AlwaysInterleave, Alias("GetVerifiers")]
    Task<ImmutableArray<ApiKeyVerifier>> GetVerifiers();

    /// <summary>Records when a key was last used.</summary>
    [Alias("NoteUse")]
    Task NoteUse(Guid keyId, DateTimeOffset at);
}
