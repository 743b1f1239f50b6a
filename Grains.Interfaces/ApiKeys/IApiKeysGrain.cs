namespace AudioOrleans.Grains.Interfaces.ApiKeys;

/// <summary>The API keys of an account, for DJ tooling. Key: <see cref="GrainKeys.Account"/>.</summary>
[Alias("audio.api-keys.IApiKeysGrain")]
public interface IApiKeysGrain : IGrainWithStringKey
{
    /// <summary>Makes a key.</summary>
    /// <exception cref="AudioException">Conflict: the account has as many as it may.</exception>
    [Alias("Create")]
    Task<ApiKeyOutcome> Create(CreateApiKey command);

    /// <summary>The keys, newest first.</summary>
    /// <exception cref="AudioException">Invalid: the cursor is none of ours.</exception>
    [AlwaysInterleave, Alias("List")]
    Task<Page<ApiKeyDetails>> List(PageRequest page);

    /// <summary>Ends a key.</summary>
    /// <exception cref="AudioException">NotFound.</exception>
    [Alias("Revoke")]
    Task Revoke(Guid keyId);

    /// <summary>Ends all keys.</summary>
    [Alias("RevokeAll")]
    Task RevokeAll();

    /// <summary>What keys are checked against.</summary>
    [AlwaysInterleave, Alias("GetVerifiers")]
    Task<ImmutableArray<ApiKeyVerifier>> GetVerifiers();

    /// <summary>Keeps when a key was used last.</summary>
    [Alias("NoteUse")]
    Task NoteUse(Guid keyId, DateTimeOffset at);
}
