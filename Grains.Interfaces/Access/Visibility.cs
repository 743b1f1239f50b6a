namespace AudioOrleans.Grains.Interfaces.Access;

/// <summary>Who may find and listen to a resource.</summary>
public enum Visibility
{
    /// <summary>Everybody; it appears in lists.</summary>
    Public,

    /// <summary>The owner and the people invited. Only the owner sees it in lists; for everybody else it does not exist.</summary>
    Private,

    /// <summary>Everybody with an account and the scope to read such resources. Only the owner sees it in lists.</summary>
    Members,
}
