namespace AudioOrleans.Grains.Interfaces.Audit;

/// <summary>
/// Describes a request in Orleans' <c>RequestContext</c>; each state written on its behalf copies it to the audit trail.
/// All values are strings. Without an action, no entry is written.
/// </summary>
public static class AuditContext
{
    /// <summary>The action: the endpoint's name, such as <c>streams.update</c>.</summary>
    public const string Action = "audit.action";

    /// <summary>The account that acts; unset if there is none.</summary>
    public const string ActorId = "audit.actor-id";

    /// <summary>One of <see cref="ActorKinds"/>.</summary>
    public const string ActorKind = "audit.actor-kind";

    /// <summary>The client's address.</summary>
    public const string Address = "audit.address";

    /// <summary>The request id, as in the response and in the logs.</summary>
    public const string RequestId = "audit.request-id";
}

/// <summary>The kinds of actor.</summary>
public static class ActorKinds
{
    /// <summary>A person with an account.</summary>
    public const string Account = "account";

    /// <summary>A tool that uses an account's API key.</summary>
    public const string ApiKey = "api_key";

    /// <summary>A caller without a token.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>The operator of the platform, at its console.</summary>
    public const string Operator = "operator";
}
