namespace Audio.Orleans.Contracts.Accounts;

/// <summary>What an account is for.</summary>
public enum AccountRole
{
    /// <summary>Listens.</summary>
    Listener,

    /// <summary>Runs stations.</summary>
    Dj,

    /// <summary>Runs the platform.</summary>
    Admin,
}
