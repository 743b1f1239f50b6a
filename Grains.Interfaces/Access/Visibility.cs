namespace AudioOrleans.Grains.Interfaces.Access;

/// <summary>Who may find and hear something.</summary>
public enum Visibility
{
    /// <summary>Everybody; it is listed.</summary>
    Public,

    /// <summary>The owner, and those who were invited; only its owner sees it in lists, and for others it is not there.</summary>
    Private,

    /// <summary>Everybody who has an account, with the scope to read such things; only its owner sees it in lists.</summary>
    Members,
}
